-- The name of a voicemail that is made for a user and has none: the user's, as long as a name
-- of a voicemail may be (the column voicemail_name of csv/fields.def).
CREATE FUNCTION voicemail_name_of(firstname text, lastname text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT left(concat_ws(' ', firstname, lastname), 80) $$;
