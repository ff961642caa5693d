{
    "name": "Service Advisor: Quality",
    "version": "19.0.1.0.0",
    "category": "Services/Automotive",
    "summary": "No car leaves the workshop before somebody else has looked at the work",
    "author": "Service Advisor",
    "license": "LGPL-3",
    "depends": ["service_advisor", "survey"],
    "data": [
        "security/service_advisor_quality_groups.xml",
        "security/ir.model.access.csv",
        "security/service_advisor_quality_rules.xml",
        "data/mail_activity_type_data.xml",
        "data/service_checklist_data.xml",
        "views/service_inspection_views.xml",
        "views/service_order_views.xml",
        "views/service_order_review_views.xml",
        "views/service_advisor_quality_menus.xml",
    ],
    "demo": [
        "demo/res_users_demo.xml",
        "demo/service_job_demo.xml",
    ],
    "assets": {
        "web.assets_tests": ["service_advisor_quality/static/tests/tours/**/*"],
    },
}
