from collections import Counter

from odoo import api, models
from odoo.tools import SQL, mute_logger
from psycopg2.errors import UniqueViolation


class ServiceReferenceMover(models.AbstractModel):
    """Whatever refers to some records refers to another one from now on.

    Every model of the database is looked at, also those that addons bring which nobody here
    knows. What happened is not changed by it, so the database is written directly: a closed order
    may not be written to, and need not be.
    """

    _name = "service.reference.mover"
    _description = "References From One Record to Another"

    @api.model
    def _move(self, sources, target):
        """Let what refers to ``sources`` refer to ``target``.

        A row that would then be there twice, by a unique index, is left out. The caller has
        locked the records and answers for the right to do this.

        :return: ``{model: number of records that were moved}``
        """
        counts = Counter()
        if not sources:
            return counts
        self.env.flush_all()
        for kind, field in self._get_reference_fields(sources._name):
            moved = getattr(self, f"_move_{kind}")(field, sources, target)
            if moved:
                counts[field.model_name] += moved
        self.env.invalidate_all(flush=False)
        return counts

    @api.model
    def _move_of_service(self, sources, target):
        """Do so for the models of the service department alone: Odoo's own merge of contacts does
        the rest, but stops at a unique index and knows of no id beside the name of a model."""
        self.env.flush_all()
        for kind, field in self._get_reference_fields(sources._name):
            if field.model_name.startswith("service."):
                getattr(self, f"_move_{kind}")(field, sources, target)
        self.env.invalidate_all(flush=False)

    @api.model
    def _get_reference_fields(self, model):
        """Return ``[(kind, field)]`` of all stored fields that may refer to ``model``."""
        return [
            (kind, field)
            for name in sorted(self.env.registry)
            for field in self._get_stored_fields(name)
            if (kind := self._get_kind(field, model))
        ]

    @api.model
    def _get_stored_fields(self, name):
        Model = self.env[name]
        if Model._abstract or not Model._auto:
            return []
        return [field for field in Model._fields.values() if field.store and not field.inherited]

    @api.model
    def _get_kind(self, field, model):
        """Return how ``field`` refers to ``model``, or None."""
        if field.type == "many2one" and field.comodel_name == model:
            return "company_dependent" if field.company_dependent else "many2one"
        if field.type == "many2many":
            mine = field.model_name == model or field.comodel_name == model
            return "many2many" if mine else None
        if field.type == "reference":
            return "reference"
        return "model_and_id" if self._get_model_column(field) else None

    @api.model
    def _get_model_column(self, field):
        """Return the name of the field that tells the model of an id, or None."""
        fields = self.env[field.model_name]._fields
        if field.type == "many2one_reference":
            names = [field.model_field]
        elif field.type == "integer" and field.name == "res_id":
            names = ["res_model", "model"]
        else:
            return None
        return next(
            (n for n in names if n in fields and fields[n].store and fields[n].type == "char"),
            None,
        )

    # ---- kinds ----------------------------------------------------------------------------

    @api.model
    def _move_many2one(self, field, sources, target):
        column = SQL.identifier(field.name)
        found = SQL("%s IN %s", column, tuple(sources.ids))
        return self._repoint(field, found, SQL("%s", target.id))

    @api.model
    def _move_model_and_id(self, field, sources, target):
        model_column = SQL.identifier(self._get_model_column(field))
        found = SQL(
            "%s = %s AND %s IN %s",
            model_column,
            sources._name,
            SQL.identifier(field.name),
            tuple(sources.ids),
        )
        return self._repoint(field, found, SQL("%s", target.id))

    @api.model
    def _move_reference(self, field, sources, target):
        names = tuple(f"{sources._name},{record_id}" for record_id in sources.ids)
        found = SQL("%s IN %s", SQL.identifier(field.name), names)
        return self._repoint(field, found, SQL("%s", f"{target._name},{target.id}"))

    @api.model
    def _move_company_dependent(self, field, sources, target):
        column = SQL.identifier(field.name)
        ids = tuple(sources.ids)
        found = SQL(
            "EXISTS (SELECT FROM jsonb_each_text(%s) AS own WHERE own.value IN %s)",
            column,
            tuple(map(str, ids)),
        )
        moved = SQL(
            "(SELECT jsonb_object_agg(own.key, CASE WHEN own.value IN %s THEN to_jsonb(%s)"
            " ELSE to_jsonb(own.value::int) END) FROM jsonb_each_text(%s) AS own)",
            tuple(map(str, ids)),
            target.id,
            column,
        )
        return self._repoint(field, found, moved)

    @api.model
    def _move_many2many(self, field, sources, target):
        """Move the rows of the relation: those of ``sources`` from either side of it."""
        mine, other = field.column1, field.column2
        if field.model_name != sources._name:
            mine, other = other, mine
        relation, mine, other = map(SQL.identifier, (field.relation, mine, other))
        ids = tuple(sources.ids)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT DISTINCT %s, %s FROM %s WHERE %s IN %s"
                " ON CONFLICT DO NOTHING",
                relation, mine, other, target.id, other, relation, mine, ids,
            )
        )  # fmt: skip
        moved = self.env.cr.rowcount
        self.env.cr.execute(SQL("DELETE FROM %s WHERE %s IN %s", relation, mine, ids))
        return moved

    # ---- rows -----------------------------------------------------------------------------

    @api.model
    def _repoint(self, field, found, value):
        """Write ``value`` into the column of ``field`` on the rows of ``found``, both SQL.

        :return: how many were moved.
        """
        table, column = SQL.identifier(self.env[field.model_name]._table), field.name
        rows = self.env.execute_query(SQL("SELECT id FROM %s WHERE %s", table, found))
        if not rows:
            return 0
        ids = [row_id for (row_id,) in rows]

        def update(some):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    table, SQL.identifier(column), value, tuple(some),
                )
            )  # fmt: skip

        if not self._try(update, ids):
            ids = self._update_one_by_one(table, update, ids)
        self._recompute_related(field, ids)
        return len(ids)

    @api.model
    def _update_one_by_one(self, table, update, ids):
        """Return the ids of the rows that could be moved; the others are there already."""
        kept = [row_id for row_id in ids if self._try(update, [row_id])]
        doubled = tuple(set(ids) - set(kept))
        if doubled:
            self.env.cr.execute(SQL("DELETE FROM %s WHERE id IN %s", table, doubled))
        return kept

    @api.model
    def _try(self, update, ids):
        """Tell whether no unique index refuses the update."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                update(ids)
        except UniqueViolation:
            return False
        return True

    @api.model
    def _recompute_related(self, field, ids):
        """Let stored copies follow, such as the plate on a complaint, or the name that an
        activity shows. What was computed for another purpose is what happened, and stays."""
        records = self.env[field.model_name].browse(ids)
        for dependent in self.env.registry.get_dependent_fields(field):
            if not (dependent.store and dependent.compute and dependent.readonly):
                continue
            if dependent.model_name != field.model_name:
                continue
            if dependent.related or field.type == "many2one_reference":
                self.env.add_to_compute(dependent, records)
