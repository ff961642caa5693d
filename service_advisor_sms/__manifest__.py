{
    "name": "Service Advisor: SMS",
    "version": "19.0.1.0.0",
    "category": "Services/Automotive",
    "summary": "Send customers the link of their service proposal by text message",
    "author": "Service Advisor",
    "license": "LGPL-3",
    "depends": ["service_advisor", "sms"],
    "data": ["data/sms_template_data.xml", "views/service_order_views.xml"],
    "auto_install": True,
}
