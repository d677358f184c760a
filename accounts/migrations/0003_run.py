"""Runs belong to households, not to the optimiser alone: the model moves here, its table stays as it is."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_activity_append_only"), ("optimizer", "0001_initial")]

    state = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('propose', 'Proposal')], max_length=16)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4)),
                ('params', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(help_text='Names the attempt that may write results.', null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('cancel_requested_at', models.DateTimeField(null=True)),
                ('stage', models.CharField(blank=True, max_length=40)),
                ('progress', models.FloatField(default=0.0, help_text='0 to 1.')),
                ('snapshot', models.TextField(blank=True, help_text='Canonical JSON of what was computed from.')),
                ('snapshot_hash', models.CharField(blank=True, max_length=64)),
                ('error', models.TextField(blank=True, help_text='For the user: what failed and what to do.')),
                ('detail', models.JSONField(default=dict, help_text='Conflicts of an infeasible policy.')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='accounts.household')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "db_table": "optimizer_run",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["status", "heartbeat_at"], name="optimizer_r_status_e0e5ab_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("household", "idempotency_key"), name="run_idempotent"),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["queued", "running"])),
                        fields=("household", "kind"),
                        name="run_one_active",
                    ),
                ],
            },
        ),
    ]

    operations = [migrations.SeparateDatabaseAndState(state_operations=state)]
