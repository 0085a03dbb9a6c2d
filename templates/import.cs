<?cs # Import a file, or update from one.  Values: cgi/pages/import.c, cgi/pages/help.c. ?><?cs
def:example(name, text) ?><li><a href="/static/examples/<?cs var:name ?>.csv" download><?cs var:text ?></a></li><?cs /def ?><?cs
def:apply_button(class) ?><button<?cs if:class ?> class="<?cs var:class ?>"<?cs /if ?> name="action" value="apply" data-sending="<?cs var:T.upload[Import.kind].sending ?>"><?cs var:T.upload[Import.kind].submit ?></button><?cs /def ?><?cs
def:check_button(class) ?><button<?cs if:class ?> class="<?cs var:class ?>"<?cs /if ?> name="action" value="check" formaction="<?cs var:Import.path ?>?check=1" aria-describedby="check-help" data-sending="<?cs var:T.import.check.sending ?>"><?cs var:T.import.check.submit ?></button><?cs /def ?><?cs
def:option(o) ?><div class="field"><?cs
if:subcount(o.choices) ?><label for="<?cs var:o.name ?>"><?cs var:o.label ?></label>
<select id="<?cs var:o.name ?>" name="<?cs var:o.name ?>"<?cs call:described(o.name, "1") ?>><?cs
each:c = o.choices ?><option value="<?cs var:c.value ?>"<?cs if:c.chosen ?> selected<?cs /if ?>><?cs var:c.text ?></option><?cs
/each ?></select><?cs
elif:o.flag ?><label class="tick"><input id="<?cs var:o.name ?>" name="<?cs var:o.name ?>" type="checkbox" value="1"<?cs if:o.said ?> checked<?cs /if ?><?cs call:described(o.name, "1") ?>> <?cs var:o.label ?></label><?cs
elif:o.number ?><label for="<?cs var:o.name ?>"><?cs var:o.label ?></label>
<input id="<?cs var:o.name ?>" name="<?cs var:o.name ?>" inputmode="numeric" value="<?cs var:o.said ?>"<?cs call:described(o.name, "1") ?>><?cs
else ?><label for="<?cs var:o.name ?>"><?cs var:o.label ?></label>
<input id="<?cs var:o.name ?>" name="<?cs var:o.name ?>" value="<?cs var:o.said ?>"<?cs call:described(o.name, "1") ?>><?cs
/if ?>
<?cs call:fault(o.name) ?>
<p class="help" id="<?cs var:o.name ?>-help"><?cs var:o.help ?></p>
</div><?cs /def ?><?cs
call:heading(Page.title) ?>
<div class="import">
<div class="text">
<p><?cs var:T.upload[Import.kind].intro ?></p>
<p class="import-scope"><?cs call:icon("notice") ?><?cs var:Import.scope ?></p>
</div>
<form class="import-form" method="post" action="<?cs var:Import.path ?>" enctype="multipart/form-data" data-upload>
<?cs call:csrf() ?><input type="hidden" name="nonce" value="<?cs var:Import.nonce ?>"><input type="hidden" name="unknown" value="ask">
<div class="field dropzone" data-drop="<?cs var:T.import.dropped ?>" data-several="<?cs var:T.import.dropped_several ?>">
<label for="file"><?cs var:T.import.file ?></label>
<input id="file" name="file" type="file" accept=".csv,.tsv,.txt,.xlsx,.ods,text/csv,text/tab-separated-values,text/plain,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/vnd.oasis.opendocument.spreadsheet" required<?cs call:described("file", "1") ?>>
<?cs call:fault("file") ?>
<p class="help" id="file-help"><?cs var:Import.file_help ?></p>
<p class="help drop-hint" hidden><?cs var:T.import.drop ?></p>
</div>
<?cs if:subcount(Options) ?><details class="options"<?cs if:Import.Options_said ?> open<?cs /if ?>>
<summary><?cs var:T.import.options ?></summary><?cs
each:o = Options ?>
<?cs call:option(o) ?><?cs
/each ?>
</details>
<?cs /if ?><?cs if:subcount(Sync) ?><details class="options"<?cs if:Import.Sync_said ?> open<?cs /if ?>>
<summary><?cs var:T.upload.update.sync ?></summary>
<p class="help"><?cs var:T.upload.update.sync_help ?></p><?cs
if:Import.sync_rights ?>
<?cs call:box("notice", Import.sync_rights) ?><?cs /if ?><?cs
each:o = Sync ?>
<?cs call:option(o) ?><?cs
/each ?>
</details>
<?cs /if ?><div class="actions"><?cs
# What changes users is looked at first. ?><?cs if:Import.kind == "update" ?><?cs call:check_button("main") ?>
<?cs call:apply_button("") ?><?cs else ?><?cs call:apply_button("main") ?>
<?cs call:check_button("") ?><?cs /if ?>
<span class="sending" role="status"></span></div>
<p class="help" id="check-help"><?cs var:T.upload[Import.kind].check_help ?></p>
</form>

<section class="import-part" aria-labelledby="downloads">
<h2 id="downloads"><?cs var:T.import.downloads ?></h2>
<ul class="downloads">
<li><a href="<?cs var:Import.path ?>/template.csv" download><?cs var:T.upload[Import.kind].template ?></a></li><?cs
if:Import.kind == "import" ?>
<li><a href="<?cs var:Page.ipbx ?>/users/import/template.csv?examples=1" download><?cs var:T.import.template_examples ?></a></li><?cs
call:example("phones", T.import.example.phones) ?><?cs
call:example("phones_entity", T.import.example.phones_entity) ?><?cs
call:example("incall", T.import.example.incall) ?><?cs
call:example("voicemail", T.import.example.voicemail) ?><?cs
elif:May.export ?>
<li><a href="<?cs var:Page.ipbx ?>/users/export/columns"><?cs var:T.upload.update.export ?></a></li><?cs
/if ?>
</ul>
<?cs call:csv_hint() ?>
</section>

<?cs if:Import.kind == "update" ?><section class="import-part" aria-labelledby="how">
<h2 id="how"><?cs var:T.upload.update.how ?></h2>
<ul class="rules">
<li><?cs var:T.upload.update.rule.export ?></li>
<li><?cs var:T.upload.update.rule.absent ?></li>
<li><?cs var:T.upload.update.rule.empty ?></li>
<li><?cs var:T.upload.update.rule.mask ?></li>
<li><?cs var:T.upload.update.rule.lists ?></li>
<li><?cs var:T.upload.update.rule.swaps ?></li>
<li><?cs var:T.upload.update.rule.incalls ?></li>
<li><?cs var:T.upload.update.rule.nothing ?></li>
<li><?cs var:T.upload.update.rule.check ?></li>
</ul>
</section>

<?cs /if ?><section class="import-part" aria-labelledby="choices">
<h2 id="choices"><?cs var:T.import.choices.title ?></h2>
<p><?cs var:Help.intro ?></p><?cs
if:subcount(Entities) ?>
<h3><?cs var:T.import.choices.entities ?> <small><?cs var:T.import.choices.for_columns.entities ?></small></h3>
<ul class="names"><?cs
each:t = Entities ?><li><code><?cs var:t.id ?></code> <?cs var:t.name ?></li><?cs
/each ?></ul><?cs
/if ?>
<h3><?cs var:T.import.choices.contexts ?> <small><?cs var:T.import.choices.for_columns.contexts ?></small></h3><?cs
if:subcount(Contexts) ?><?cs
call:scroll_begin(T.import.choices.contexts) ?>
<table class="stacked">
<caption class="hidden"><?cs var:T.import.choices.contexts_caption ?></caption>
<thead><tr><?cs
if:Help.entities ?><th scope="col"><?cs var:T.import.choices.entity ?></th><?cs /if ?><th scope="col"><?cs
var:T.import.choices.context ?></th><th scope="col"><?cs
var:T.import.choices.type ?></th><th scope="col"><?cs
var:T.import.choices.kind ?></th><th scope="col"><?cs
var:T.import.choices.range ?></th><th scope="col" class="number"><?cs
var:T.import.choices.free ?></th><th scope="col"><?cs
var:T.import.choices.next ?></th></tr></thead>
<tbody><?cs
each:c = Contexts ?><?cs
if:subcount(c.ranges) ?><?cs
each:r = c.ranges ?>
<tr><?cs
if:Help.entities ?><td data-label="<?cs var:T.import.choices.entity ?>"><?cs var:c.entity ?></td><?cs /if ?><th scope="row" data-label="<?cs var:T.import.choices.context ?>"><code><?cs var:c.name ?></code></th><td data-label="<?cs var:T.import.choices.type ?>"><?cs
var:c.type ?></td><td data-label="<?cs var:T.import.choices.kind ?>"><?cs
var:r.kind ?></td><td data-label="<?cs var:T.import.choices.range ?>"><?cs
var:r.low ?>–<?cs var:r.high ?></td><td class="number" data-label="<?cs var:T.import.choices.free ?>"><?cs
var:r.free ?></td><td data-label="<?cs var:T.import.choices.next ?>"><?cs
if:r.next ?><code><?cs var:r.next ?></code><?cs else ?><?cs var:T.import.choices.full ?><?cs /if ?></td></tr><?cs
/each ?><?cs
else ?>
<tr><?cs
if:Help.entities ?><td data-label="<?cs var:T.import.choices.entity ?>"><?cs var:c.entity ?></td><?cs /if ?><th scope="row" data-label="<?cs var:T.import.choices.context ?>"><code><?cs var:c.name ?></code></th><td data-label="<?cs var:T.import.choices.type ?>"><?cs
var:c.type ?></td><td colspan="4" class="dim"><?cs var:T.import.choices.no_ranges ?></td></tr><?cs
/if ?><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
else ?><p class="dim"><?cs var:T.import.choices.none ?></p><?cs
/if ?>
<div class="name-lists"><?cs
each:l = Choices ?>
<div><h3><?cs var:l.title ?> <small><?cs var:l.for ?></small></h3><?cs
if:subcount(l.names) ?><ul class="names"><?cs each:n = l.names ?><li><code><?cs var:n ?></code></li><?cs /each ?></ul><?cs
else ?><p class="dim"><?cs var:T.import.choices.none ?></p><?cs
/if ?></div><?cs
/each ?>
</div>
</section>

<section class="import-part" aria-labelledby="columns">
<h2 id="columns"><?cs var:T.import.columns.title ?></h2>
<p><?cs var:T.upload[Import.kind].columns ?></p><?cs
each:g = Groups ?>
<details<?cs if:name(g) == 0 ?> open<?cs /if ?>>
<summary><?cs var:g.title ?> <span class="dim">(<?cs var:subcount(g.columns) ?>)</span></summary><?cs
call:scroll_begin(g.caption) ?>
<table class="columns stacked">
<caption class="hidden"><?cs var:g.caption ?></caption>
<thead><tr><th scope="col"><?cs
var:T.import.columns.name ?></th><th scope="col"><?cs
var:T.import.columns.meaning ?></th><th scope="col"><?cs
var:T.import.columns.rule ?></th><th scope="col"><?cs
var:T.import.columns.required ?></th><th scope="col"><?cs
var:T.import.columns.empty ?></th></tr></thead>
<tbody><?cs
each:c = g.columns ?>
<tr><th scope="row" data-label="<?cs var:T.import.columns.name ?>"><span><code><?cs var:c.name ?></code><?cs
if:c.older ?> <span class="older dim"><?cs var:c.older ?></span><?cs /if ?></span></th><td data-label="<?cs
var:T.import.columns.meaning ?>"><?cs var:c.meaning ?></td><td data-label="<?cs
var:T.import.columns.rule ?>"><?cs var:c.rule ?></td><td data-label="<?cs
var:T.import.columns.required ?>"><?cs if:c.always ?><strong><?cs var:c.required ?></strong><?cs else ?><?cs var:c.required ?><?cs /if ?></td><td data-label="<?cs
var:T.import.columns.empty ?>"><?cs var:c.empty ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?>
</details><?cs
/each ?>
</section>
</div>
