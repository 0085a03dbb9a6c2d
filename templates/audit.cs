<?cs # The audit.  Values: cgi/pages/audit.c. ?><?cs
call:strip_begin(Page.title) ?><div class="tools"><?cs call:link_button(Audit.csv, T.audit.csv) ?></div><?cs
call:strip_end() ?>
<form class="filter" method="get" action="/configuration/audit" role="search">
<div class="field"><label for="who"><?cs var:T.imports.who ?></label>
<input id="who" name="who" value="<?cs var:Audit.who ?>" autocomplete="off" maxlength="64"></div>
<div class="field"><label for="what"><?cs var:T.audit.what ?></label>
<select id="what" name="what"><option value=""><?cs var:T.audit.any ?></option><?cs
each:a = Actions ?><option value="<?cs var:a.name ?>"<?cs if:a.chosen ?> selected<?cs /if ?>><?cs var:a.text ?></option><?cs
/each ?></select></div>
<?cs call:field("from", T.audit.from, "date", Audit.from, "off") ?>
<?cs call:field("to", T.audit.to, "date", Audit.to, "off") ?>
<div class="actions"><?cs call:button(T.audit.filter) ?><?cs
if:Audit.narrowed ?> <?cs call:link_button("/configuration/audit", T.audit.all) ?><?cs /if ?></div>
</form><?cs
if:subcount(Rows) ?><?cs
call:list_begin(T.audit.title, T.audit.caption, "stacked") ?>
<thead><tr><th scope="col"><?cs var:T.audit.when ?></th><th scope="col"><?cs
var:T.imports.who ?></th><?cs
if:Audit.entities ?><th scope="col"><?cs var:T.imports.entity ?></th><?cs /if ?><th scope="col"><?cs
var:T.audit.what ?></th><th scope="col"><?cs
var:T.audit.detail ?></th><th scope="col"><?cs
var:T.profile.sessions.address ?></th></tr></thead>
<tbody><?cs
each:r = Rows ?>
<tr><td class="at" data-label="<?cs var:T.audit.when ?>"><time datetime="<?cs var:r.at.iso ?>"><?cs var:r.at.text ?></time></td><td data-label="<?cs
var:T.imports.who ?>"><bdi><?cs if:r.who ?><?cs var:r.who ?><?cs else ?><?cs var:T.audit.unknown ?><?cs /if ?></bdi></td><?cs
if:Audit.entities ?><td data-label="<?cs var:T.imports.entity ?>"><?cs if:r.entity ?><?cs var:r.entity ?><?cs else ?><?cs var:T.common.none ?><?cs /if ?></td><?cs /if ?><th scope="row" data-label="<?cs
var:T.audit.what ?>"><?cs var:r.what ?></th><td class="audit-detail" data-label="<?cs
var:T.audit.detail ?>"><?cs if:r.job ?><a href="<?cs var:Page.ipbx ?>/imports/<?cs var:r.job ?>"><bdi><?cs var:r.detail ?></bdi></a><?cs elif:r.detail ?><bdi><?cs var:r.detail ?></bdi><?cs else ?><?cs var:T.common.none ?><?cs /if ?></td><td data-label="<?cs
var:T.profile.sessions.address ?>"><?cs if:r.address ?><?cs var:r.address ?><?cs else ?><?cs var:T.common.none ?><?cs /if ?></td></tr><?cs
/each ?>
<?cs call:list_end() ?><?cs
else ?>
<p class="dim"><?cs var:T.audit.none ?></p><?cs
/if ?>
