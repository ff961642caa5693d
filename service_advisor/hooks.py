def create_workshop_operations(env):
    """Give warehouses that existed before the installation their Workshop Issue operation."""
    env["stock.warehouse"].with_context(active_test=False).search([])._create_workshop_issue()
