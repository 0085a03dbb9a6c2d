#!/usr/bin/python3
"""peer.py SOCKETS DATABASE FILE: imports the users of a file with django-import-export, as its
documentation shows, into the tables as version 0.1.0 had them.  Prints the seconds.

One resource makes the users; what else a row has is saved after the row, as the library has one
model a resource.  It finds each context by a query, as its ForeignKeyWidget does.
"""
import sys
import time

import django
import tablib
from django.conf import settings

sockets, database, path = sys.argv[1:]
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "HOST": sockets,
                           "USER": "postgres", "NAME": database}},
    INSTALLED_APPS=["import_export"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
django.setup()

from django.db import models  # noqa: E402  (after the settings)
from import_export import resources  # noqa: E402


def model(class_name, table, **columns):
    meta = type("Meta", (), {"app_label": "import_export", "db_table": table, "managed": False})
    return type(class_name, (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


def text():
    return models.TextField(null=True)


def number():
    return models.BigIntegerField(null=True)


Tenant = model("Tenant", "tenant", name=text())
Context = model("Context", "context", tenant_id=number(), name=text())
Template = model("Template", "line_template", tenant_id=number(), name=text())
User = model("User", "users", tenant_id=number(), firstname=text(), lastname=text(), email=text(),
             ring_seconds=number(), userfield=text(), voicemail_id=number())
Line = model("Line", "line", tenant_id=number(), user_id=number(), protocol=text(), context_id=number(),
             line_template_id=number(), sip_username=text(), sip_secret=text(), provisioning_code=number())
Extension = model("Extension", "extension", tenant_id=number(), context_id=number(), exten=text(), line_id=number())
Incall = model("Incall", "incall", tenant_id=number(), context_id=number(), exten=text(), user_id=number())
Voicemail = model("Voicemail", "voicemail", tenant_id=number(), context_id=number(), number=text(), name=text(),
                  password=text(), email=text())


class UserResource(resources.ModelResource):
    class Meta:
        model = User
        import_id_fields = ("email",)
        fields = ("firstname", "lastname", "email", "ring_seconds", "userfield")
        use_transactions = True

    tenant = 0
    made = 0

    def before_save_instance(self, instance, using_transactions, dry_run):
        instance.tenant_id = self.tenant

    def after_import_row(self, row, row_result, row_number=None, **kwargs):
        user = User.objects.get(email=row["email"])
        context = Context.objects.get(tenant_id=self.tenant, name=row["context"])
        outside = Context.objects.get(tenant_id=self.tenant, name=row["incall_context"])
        mailboxes = Context.objects.get(tenant_id=self.tenant, name=row["voicemail_context"])
        template = Template.objects.filter(tenant_id=self.tenant).first()
        UserResource.made += 1
        line = Line.objects.create(
            tenant_id=self.tenant, user_id=user.id, protocol=row["line_protocol"], context_id=context.id,
            line_template_id=template.id, sip_username=f"peer{self.made}", sip_secret="secret",
            provisioning_code=100000 + self.made)
        Extension.objects.create(tenant_id=self.tenant, context_id=context.id, exten=row["exten"], line_id=line.id)
        Incall.objects.create(tenant_id=self.tenant, context_id=outside.id, exten=row["incall_exten"], user_id=user.id)
        user.voicemail_id = Voicemail.objects.create(
            tenant_id=self.tenant, context_id=mailboxes.id, number=row["voicemail_number"],
            name=row["voicemail_name"], password=row["voicemail_password"], email=row["voicemail_email"]).id
        user.save()


with open(path, encoding="utf-8") as file:
    UserResource.tenant = Tenant.objects.get(name="acme").id
    began = time.monotonic()
    result = UserResource().import_data(tablib.Dataset().load(file.read(), format="csv"), raise_errors=True)
    print(f"{time.monotonic() - began:.2f}")
