-- What a tenant has sent lately is summed at each upload.
CREATE INDEX job_sent ON job ((coalesce(tenant_id, 0)), created_at);
