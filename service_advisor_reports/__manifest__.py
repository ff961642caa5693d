{
    "name": "Service Advisor: Reports",
    "version": "19.0.1.0.0",
    "category": "Services/Automotive",
    "summary": "What the numbers of the service department say, each with the orders behind it",
    "author": "Service Advisor",
    "license": "LGPL-3",
    "depends": ["service_advisor_quality", "crm", "digest"],
    "data": [
        "security/ir.model.access.csv",
        "security/service_advisor_reports_rules.xml",
        "data/digest_data.xml",
        "data/ir_cron_data.xml",
        "wizards/service_duplicate_dismiss_wizard_views.xml",
        "views/service_duplicate_views.xml",
        "views/service_order_report_views.xml",
        "views/service_part_report_views.xml",
        "views/service_wip_report_views.xml",
        "views/digest_digest_views.xml",
        "views/service_advisor_reports_menus.xml",
    ],
    "demo": [
        "demo/service_wip_demo.xml",
        "demo/service_duplicate_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["service_advisor_reports/static/src/**/*"],
    },
}
