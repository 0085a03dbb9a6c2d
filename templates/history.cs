<?cs # The history of a user, or the changes of a day, by job.  Values: cgi/pages/history.c. ?><?cs
call:heading(Page.title) ?><?cs
if:Day.value ?>
<form class="filter day" method="get" action="<?cs var:Page.ipbx ?>/imports/changes">
<div class="field"><label for="day"><?cs var:T.history.day ?></label>
<input type="date" id="day" name="day" value="<?cs var:Day.value ?>" required<?cs call:described("day", "1") ?>><?cs call:fault("day") ?></div>
<button><?cs var:T.history.show ?></button>
<a class="button" href="?day=<?cs var:Day.before ?>"><?cs var:T.history.before ?></a>
<a class="button" href="?day=<?cs var:Day.after ?>"><?cs var:T.history.after ?></a>
<p class="help" id="day-help"><?cs var:T.history.day_help ?></p>
</form><?cs
/if ?><?cs
if:subcount(Jobs) ?><?cs
call:scroll_begin(Page.title) ?>
<table class="changes history stacked">
<caption class="hidden"><?cs var:T.history.caption ?></caption>
<thead><tr><?cs
if:Day.value ?><th scope="col"><?cs var:T.job.users.name ?></th><?cs /if ?><th scope="col"><?cs
var:T.history.what ?></th><th scope="col"><?cs
var:T.job.changes.old ?></th><th scope="col"><?cs
var:T.job.changes.new ?></th></tr></thead><?cs
each:j = Jobs ?>
<tbody>
<tr class="of-job"><th scope="rowgroup" colspan="<?cs if:Day.value ?>4<?cs else ?>3<?cs /if ?>"><time datetime="<?cs var:j.at.iso ?>"><?cs var:j.at.text ?></time> <span class="who"><bdi><?cs var:j.by ?></bdi></span><?cs
if:j.href ?> <a href="<?cs var:j.href ?>"><?cs var:j.title ?></a><?cs elif:j.title ?> <span><?cs var:j.title ?></span><?cs /if ?></th></tr><?cs
each:x = j.events ?>
<tr><?cs
if:Day.value ?><th scope="row" data-label="<?cs var:T.job.users.name ?>"><?cs
if:x.users ?><?cs var:x.users ?><?cs elif:x.what == "more" ?><?cs elif:x.uuid ?><a href="<?cs var:Page.ipbx ?>/users/<?cs var:x.uuid ?>/history"><bdi><?cs var:x.name ?></bdi></a><?cs else ?><span><?cs var:T.user.group.voicemail ?> <bdi><?cs var:x.name ?></bdi></span><?cs /if ?></th><?cs /if ?><?cs
if:x.what == "changed" ?><td class="column" data-label="<?cs var:T.history.what ?>"><span><?cs if:x.group ?><span class="dim"><?cs var:x.group ?> ·</span> <?cs /if ?><?cs var:T.user.label[x.column] ?></span></td><td class="value" data-label="<?cs
var:T.job.changes.old ?>"><?cs if:?x.old ?><del><span class="sign" aria-hidden="true">−</span><span class="hidden"><?cs var:T.job.changes.removed ?> </span><span><?cs var:x.old ?></span></del><?cs
else ?><span class="dim"><?cs var:T.job.changes.empty ?></span><?cs /if ?></td><td class="value" data-label="<?cs
var:T.job.changes.new ?>"><?cs if:?x.new ?><ins><span class="sign" aria-hidden="true">+</span><span class="hidden"><?cs var:T.job.changes.added ?> </span><span><?cs var:x.new ?></span></ins><?cs
else ?><span class="dim"><?cs var:T.job.changes.empty ?></span><?cs /if ?></td><?cs
elif:x.what == "more" ?><td colspan="3"><?cs if:j.href ?><a href="<?cs var:j.href ?>?show=changes"><?cs var:T.history.more ?></a><?cs else ?><span class="dim"><?cs var:T.history.more ?></span><?cs /if ?></td><?cs
else ?><td colspan="3" data-label="<?cs var:T.history.what ?>"><?cs var:T.history[x.what] ?></td><?cs /if ?></tr><?cs
/each ?>
</tbody><?cs
/each ?>
</table><?cs
call:scroll_end() ?><?cs
call:pager() ?><?cs
else ?>
<p class="dim"><?cs if:Day.value ?><?cs var:T.history.none_day ?><?cs else ?><?cs var:T.history.none ?><?cs /if ?></p><?cs
/if ?>
