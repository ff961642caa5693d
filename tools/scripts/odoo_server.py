"""Start Odoo. A script, because Odoo starts itself again by its file name."""
import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
