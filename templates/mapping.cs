<?cs # The mapping page: the meaning of the columns of a file.  Values: cgi/pages/job_mapping.c. ?><?cs
call:heading(Page.title) ?>
<div class="mapping">
<div class="text">
<p><?cs var:T.mapping.intro ?></p><?cs
if:Mapping.guessed ?>
<?cs call:box("notice", T.mapping.guessed) ?><?cs
/if ?>
</div>
<form method="post" action="<?cs var:Mapping.job ?>/mapping"><?cs call:csrf() ?>
<input type="hidden" name="nonce" value="<?cs var:Mapping.nonce ?>"><?cs
call:scroll_begin(T.mapping.columns) ?>
<table class="stacked mapping-columns">
<caption class="hidden"><?cs var:T.mapping.columns ?></caption>
<thead><tr><th scope="col"><?cs var:T.mapping.source ?></th><th scope="col"><?cs var:T.mapping.samples ?></th><th scope="col"><?cs var:T.mapping.target ?></th></tr></thead>
<tbody><?cs
each:c = Columns ?>
<tr<?cs if:c.ignored ?> class="ignored"<?cs /if ?>><th scope="row" data-label="<?cs var:T.mapping.source ?>"><bdi><?cs var:c.shown ?></bdi></th>
<td data-label="<?cs var:T.mapping.samples ?>"><?cs if:subcount(c.samples) ?><ul class="samples"><?cs each:s = c.samples ?><li><bdi><?cs var:s ?></bdi></li><?cs /each ?></ul><?cs else ?><span class="dim"><?cs var:T.mapping.no_samples ?></span><?cs /if ?></td>
<td data-label="<?cs var:T.mapping.target ?>"><input type="hidden" name="source" value="<?cs var:c.name ?>"><select name="to" aria-label="<?cs var:T.mapping.target ?><?cs var:T.common.colon ?> <?cs var:c.shown ?>"><?cs
each:t = Targets ?><option value="<?cs var:t.value ?>"<?cs if:t.value == c.chosen ?> selected<?cs /if ?>><?cs var:t.text ?></option><?cs
/each ?></select></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?>
<fieldset class="mapping-fixed"><legend><?cs var:T.mapping.fixed.title ?></legend>
<p class="help" id="fixed-help"><?cs var:T.mapping.fixed.help ?></p>
<div class="fields"><?cs
each:f = Fixed ?>
<div class="field"><label for="set_<?cs var:f.name ?>"><?cs var:f.label ?></label>
<select id="set_<?cs var:f.name ?>" name="set_<?cs var:f.name ?>" aria-describedby="fixed-help"><option value=""><?cs var:T.mapping.fixed.none ?></option><?cs
each:o = f.choices ?><option value="<?cs var:o.value ?>"<?cs if:o.chosen ?> selected<?cs /if ?>><?cs var:o.value ?></option><?cs
/each ?></select></div><?cs
/each ?>
</div>
</fieldset><?cs
each:c = Create ?>
<div class="field"><label class="tick"><input type="checkbox" name="<?cs var:c.option ?>" value="1" aria-describedby="<?cs var:c.option ?>-help" checked> <?cs var:c.text ?></label>
<p class="help" id="<?cs var:c.option ?>-help"><bdi><?cs var:c.names ?></bdi></p></div><?cs
/each ?><?cs
if:Mapping.keeps ?>
<p class="help"><?cs var:T.mapping.keeps ?></p><?cs
/if ?>
<div class="actions"><?cs
# As on the form of the file: what changes users is looked at first. ?><?cs
if:Mapping.masked ?><?cs elif:Mapping.kind == "update" ?><button class="main" name="action" value="check"><?cs var:T.import.check.submit ?></button>
<button name="action" value="apply"><?cs var:T.upload[Mapping.kind].submit ?></button><?cs
else ?><button class="main" name="action" value="apply"><?cs var:T.upload[Mapping.kind].submit ?></button>
<button name="action" value="check"><?cs var:T.import.check.submit ?></button><?cs
/if ?><?cs
if:Mapping.keeps ?> <button name="action" value="save"><?cs var:T.mapping.save ?></button><?cs
/if ?> <?cs call:link_button(Mapping.job, T.mapping.cancel) ?></div>
</form>
</div>
