<?cs # The history.  Values: cgi/pages/imports.c. ?><?cs
call:strip_begin(Page.title) ?><?cs
if:May.read || May.import || May.update ?><div class="tools"><?cs
if:May.read ?><?cs call:link_button(Page.ipbx + "/imports/changes", T.imports.changes) ?> <?cs /if ?><?cs
if:May.import ?><?cs call:link_button(Page.ipbx + "/users/import", T.users.import) ?> <?cs /if ?><?cs
if:May.update ?><?cs call:link_button(Page.ipbx + "/users/update", T.users.update) ?><?cs /if ?></div><?cs /if ?><?cs
call:strip_end() ?><?cs
if:subcount(Jobs) ?><?cs
call:scroll_begin(T.imports.title) ?>
<table class="imports stacked"<?cs if:Imports.follow ?> data-follow-rows="<?cs var:Imports.follow ?>"<?cs /if ?>>
<caption class="hidden"><?cs var:T.imports.caption ?></caption>
<thead><tr><th scope="col"><?cs
var:T.imports.when ?></th><th scope="col"><?cs
var:T.imports.file ?></th><th scope="col"><?cs
var:T.imports.kind ?></th><?cs
if:Imports.entities ?><th scope="col"><?cs var:T.imports.entity ?></th><?cs /if ?><th scope="col"><?cs
var:T.imports.who ?></th><th scope="col"><?cs
var:T.imports.state ?></th><th scope="col"><?cs
var:T.imports.counts ?></th><th scope="col" class="number"><?cs
var:T.imports.duration ?></th></tr></thead>
<tbody><?cs
each:j = Jobs ?>
<tr id="job-<?cs var:j.id ?>"<?cs if:j.alive ?> data-alive="<?cs var:j.alive ?>"<?cs /if ?>><td class="at" data-label="<?cs var:T.imports.when ?>"><time datetime="<?cs var:j.created.iso ?>"><?cs var:j.created.text ?></time></td><th scope="row" data-label="<?cs
var:T.imports.file ?>"><a href="<?cs var:Page.ipbx ?>/imports/<?cs var:j.id ?>" aria-label="<?cs var:j.label ?>"><bdi><?cs var:j.file ?></bdi></a></th><td class="col-kind" data-label="<?cs
var:T.imports.kind ?>"><?cs var:j.kind ?></td><?cs
if:Imports.entities ?><td data-label="<?cs var:T.imports.entity ?>"><?cs var:j.entity ?></td><?cs /if ?><td data-label="<?cs
var:T.imports.who ?>"><?cs var:j.who ?></td><td data-label="<?cs
var:T.imports.state ?>"><span class="mark <?cs var:j.icon ?>"><?cs call:icon(j.icon) ?><?cs var:j.state_word ?><?cs if:j.percent ?> <?cs var:j.percent ?><?cs /if ?></span></td><td class="col-result" data-label="<?cs
var:T.imports.counts ?>"><?cs
if:subcount(j.counts) || j.errors || j.warnings || j.gave_up ?><ul class="outcome"><?cs
if:j.planned ?><li class="dim"><?cs var:T.imports.planned ?></li><?cs /if ?><?cs
if:j.errors ?><li><?cs var:j.errors ?></li><?cs /if ?><?cs
if:j.gave_up ?><li><?cs var:T.imports.gave_up ?></li><?cs /if ?><?cs
each:c = j.counts ?><li><?cs var:c ?></li><?cs /each ?><?cs
if:j.warnings ?><li><?cs var:j.warnings ?></li><?cs /if ?></ul><?cs
else ?><span class="dim"><?cs var:T.common.none ?></span><?cs
/if ?></td><td class="number" data-label="<?cs
var:T.imports.duration ?>"><?cs if:j.duration ?><?cs var:j.duration ?><?cs else ?><?cs var:T.common.none ?><?cs /if ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
if:Imports.follow ?><p id="spoken" class="hidden" role="status"></p><?cs /if ?><?cs
call:pager() ?><?cs
else ?>
<p class="dim"><?cs var:T.imports.none ?></p><?cs
/if ?><?cs
if:Imports.files ?>
<details class="facts-part">
<summary><?cs var:T.job_files.title ?></summary>
<p><?cs var:Imports.files ?></p>
<form class="filter" method="post" action="<?cs var:Page.ipbx ?>/imports/files"><?cs call:csrf() ?>
<label for="days"><?cs var:T.job_files.days ?></label>
<input id="days" name="days" type="number" min="1" max="36500" value="90" required>
<button class="small"><?cs var:T.job_files.ask_days ?></button>
</form>
</details><?cs
/if ?><?cs
if:subcount(Kept) ?>
<p class="dim"><?cs var:T.imports.kept.title ?> <?cs
each:k = Kept ?><?cs if:!first(k) ?> · <?cs /if ?><?cs var:k.what ?> <?cs var:k.size ?><?cs /each ?></p><?cs
/if ?>
