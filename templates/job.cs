<?cs # One job.  Values: cgi/pages/job.c.  The script replaces #job and elements with data-live while
   # it follows the job. ?><?cs
def:at(t) ?><?cs if:t.iso ?><time datetime="<?cs var:t.iso ?>"><?cs var:t.text ?></time><?cs else ?><?cs var:T.common.none ?><?cs /if ?><?cs /def ?><?cs
def:fact(label, value) ?><div><dt><?cs var:label ?></dt><dd><?cs var:value ?></dd></div><?cs /def ?><?cs
def:fact_at(label, t) ?><?cs if:t.iso ?><div><dt><?cs var:label ?></dt><dd><?cs call:at(t) ?></dd></div><?cs /if ?><?cs /def ?><?cs
def:facts() ?><dl class="facts">
<?cs call:fact(T.job.fact.file, Job.file) ?><?cs
if:Job.size ?><?cs call:fact(T.job.fact.size, Job.size) ?><?cs /if ?><?cs
if:Job.rows ?><?cs call:fact(T.job.fact.rows, Job.rows) ?><?cs /if ?><?cs
if:subcount(Job.options) ?><div><dt><?cs var:T.job.fact.options ?></dt><?cs each:o = Job.options ?><dd><?cs var:o ?></dd><?cs /each ?></div><?cs /if ?><?cs
if:Job.show_entity ?><?cs call:fact(T.job.fact.entity, Job.entity) ?><?cs /if ?><?cs
if:Job.state == "done" ?><?cs call:fact(T.job[Job.words].who, Job.who) ?><?cs else ?><?cs call:fact(T.job.check.who, Job.who) ?><?cs /if ?><?cs
if:Job.applied_by ?><?cs call:fact(T.job.fact.applied_by, Job.applied_by) ?><?cs /if ?><?cs
call:fact_at(T.job.fact.created, Job.created) ?><?cs
if:Job.started.iso != Job.created.iso ?><?cs call:fact_at(T.job.fact.started, Job.started) ?><?cs /if ?><?cs
call:fact_at(T.job.fact.ended, Job.ended) ?><?cs
if:Job.duration ?><?cs call:fact(T.job.fact.duration, Job.duration) ?><?cs /if ?>
</dl><?cs /def ?><?cs
call:heading(Page.title) ?><?cs
if:!Job.is_ended ?>
<div id="job" class="job" data-follow="<?cs var:Job.seconds ?>" data-lost="<?cs var:T.job.background.lost ?>"<?cs if:Job.follow_href ?> data-stopped<?cs /if ?>>
<?cs call:box_begin("notice") ?>
<h2><?cs var:T.job[Job.words].background.title ?></h2>
<p><?cs var:T.job.background.text ?> <?cs if:!Job.follow_href ?><?cs var:T.job.background.follows ?> <?cs /if ?><?cs var:Job.log ?></p>
<?cs call:box_end() ?>
<div id="hitch" data-live><?cs if:Job.hitch ?><?cs call:box("warning", Job.hitch) ?><?cs /if ?></div>
<p id="lost" class="fault" role="status"></p>
<div class="progress">
<p class="progress-line"><span id="phase" class="phase" data-live><?cs var:Job.phase ?></span> <span id="percent" class="percent" data-live><?cs var:Job.percent_text ?></span></p>
<progress id="bar" max="100" value="<?cs var:Job.percent ?>" aria-label="<?cs var:T.job[Job.words].background.progress ?>"><?cs var:Job.percent_text ?></progress>
<p id="detail" class="dim" data-live><?cs var:Job.detail ?></p>
<p id="times" class="times dim" data-live><?cs if:Job.elapsed ?><span><?cs var:Job.elapsed ?></span> <?cs /if ?><?cs if:Job.left ?><span id="left"><?cs var:Job.left ?></span><?cs /if ?></p>
</div>
<div id="cancel" data-live tabindex="-1"><?cs if:Job.cancel_asked ?><p><?cs var:Job.cancel_asked ?></p><?cs
elif:Job.cancel ?><form method="post" action="<?cs var:Job.cancel ?>"><?cs call:csrf() ?><button><?cs call:icon("cancelled") ?><?cs var:T.job[Job.words].cancel ?></button></form><?cs
/if ?></div>
<p id="spoken" class="hidden" role="status"></p><?cs
if:Job.follow_href ?>
<p><?cs var:T.job[Job.words].background.stopped ?> <a href="<?cs var:Job.follow_href ?>"><?cs var:T.job.background.follow ?></a></p><?cs
else ?>
<p><a href="<?cs var:Job.stop_href ?>"><?cs var:T.job.background.stop ?></a></p><?cs
/if ?>
<?cs else ?>
<div id="job" class="job">
<div id="result" class="result" tabindex="-1"<?cs if:Job.plan_news ?> data-focus<?cs /if ?>><?cs
if:Job.plan_changed ?>
<?cs call:box_begin("warning") ?><p class="sentence"><?cs var:T.job.plan.changed ?></p><p><?cs var:T.job.plan.changed_more ?></p><?cs call:box_end() ?><?cs
/if ?>
<?cs call:box_begin(Job.icon) ?>
<p class="sentence"><?cs var:Job.result ?></p><?cs
if:Job.error ?><p class="lone"><?cs var:Job.error ?></p><?cs /if ?><?cs
if:Job.gave_up ?><p><?cs var:T.job.gave_up_more ?></p><?cs /if ?><?cs
if:subcount(Job.counts) ?>
<ul class="counts" aria-label="<?cs var:T.job[Job.kind_name].made ?>"><?cs each:c = Job.counts ?><li><?cs var:c ?></li><?cs /each ?></ul><?cs
/if ?>
<?cs call:box_end() ?>
</div>
<?cs if:subcount(Plan) ?><section class="plan-part" aria-labelledby="plan">
<h2 id="plan"><?cs var:T.job.plan.title ?></h2><?cs
call:scroll_begin(T.job.plan.caption) ?>
<table class="plan stacked">
<caption class="hidden"><?cs var:T.job.plan.caption ?></caption>
<thead><tr><th scope="col"><?cs var:T.job.plan.resource ?></th><?cs
each:c = Plan.0.cells ?><th scope="col" class="number"><?cs var:c.how ?></th><?cs
/each ?></tr></thead>
<tbody><?cs
each:r = Plan ?>
<tr><th scope="row" data-label="<?cs var:T.job.plan.resource ?>"><?cs var:r.what ?></th><?cs
each:c = r.cells ?><td class="number<?cs if:!c.some ?> dim<?cs else ?> some<?cs /if ?>" data-label="<?cs var:c.how ?>"><?cs var:c.n ?></td><?cs
/each ?></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
if:Job.plan_rest ?><p class="dim"><?cs var:T.job.plan.rest ?></p><?cs /if ?><?cs
if:Job.apply ?>
<form class="apply" method="post" action="<?cs var:Job.apply ?>"><?cs call:csrf() ?><input type="hidden" name="plan" value="<?cs var:Job.plan_of ?>">
<button class="main" aria-describedby="apply-help"><?cs var:T.job.apply.submit ?></button>
<p class="help" id="apply-help"><?cs var:T.job.apply.help ?></p>
</form><?cs
elif:Job.apply_gone ?>
<?cs call:box("notice", T.job.apply.gone) ?><?cs
/if ?>
</section>
<?cs /if ?><?cs if:Job.map ?><?cs call:box_begin("notice") ?><p><?cs var:T.mapping.needed.text ?></p>
<p><?cs call:link_button(Job.map, T.mapping.needed.link) ?></p><?cs call:box_end() ?><?cs elif:Job.mapped ?><p><a href="<?cs var:Job.mapped ?>"><?cs var:T.mapping.change ?></a></p><?cs /if ?><?cs if:Job.converted ?><?cs call:box_begin("notice") ?><p><?cs var:T.job.converted.text ?></p>
<p><a href="<?cs var:Job.converted ?>" download><?cs var:T.job.converted.link ?></a></p><?cs call:box_end() ?><?cs /if ?>
<?cs if:Job.undone_by ?><?cs call:box_begin("notice") ?><p><?cs var:T.job.undone ?> <a href="<?cs var:Job.undone_by ?>"><?cs var:T.job.undone_link ?></a></p><?cs call:box_end() ?><?cs /if ?><?cs
if:Job.undo_all ?><form class="apply" method="post" action="<?cs var:Job.undo_all ?>"><?cs call:csrf() ?><input type="hidden" name="force" value="1">
<button aria-describedby="force-help"><?cs var:T.job.undo_all ?></button>
<p class="help" id="force-help"><?cs var:T.job.undo_all_help ?> <a href="?show=issues"><?cs var:T.job.undo_all_list ?></a></p></form><?cs /if ?><?cs
if:Job.undo ?><form class="apply" method="post" action="<?cs var:Job.undo ?>"><?cs call:csrf() ?>
<button aria-describedby="undo-help"><?cs if:Job.kind_name == "undo" ?><?cs var:T.job.redo ?><?cs else ?><?cs var:T.job.undo_submit ?><?cs /if ?></button>
<p class="help" id="undo-help"><?cs var:T.job.undo_help ?></p></form><?cs /if ?><?cs
if:Job.undoes ?>
<p class="ways"><a href="<?cs var:Job.undoes ?>"><?cs var:T.job.undoes ?></a></p><?cs /if ?>
<?cs /if ?>
<?cs if:!Job.is_ended ?><section aria-labelledby="facts">
<h2 id="facts" class="hidden"><?cs var:T.job[Job.words].facts ?></h2>
<?cs call:facts() ?>
</section><?cs /if ?><?cs
if:Job.is_ended ?>
<nav class="tabs" aria-label="<?cs var:T.job.report ?>"><ul><?cs
each:t = Tabs ?><li><a href="<?cs var:t.href ?>"<?cs if:t.current ?> aria-current="page"<?cs /if ?>><?cs var:t.title ?><?cs
if:t.n ?> <span class="tab-n"><?cs var:t.n ?></span><?cs /if ?></a></li><?cs
/each ?></ul></nav><?cs
if:Job.section == "issues" ?>
<div>
<h2 id="issues" class="hidden"><?cs var:T.job.issues.title ?></h2><?cs
if:Job.unlisted ?><?cs call:box("notice", Job.unlisted) ?><?cs /if ?><?cs
if:!Job.error && (subcount(Columns) || subcount(Issues) || subcount(Causes) || Filter.level || Filter.column) ?>
<form class="filter" method="get">
<input type="hidden" name="show" value="issues">
<label for="level"><?cs var:T.job.issues.level ?></label>
<select id="level" name="level">
<option value=""><?cs var:T.job.issues.both ?></option>
<option value="error"<?cs if:Filter.level == "error" ?> selected<?cs /if ?>><?cs var:T.job.issues.error ?></option>
<option value="warning"<?cs if:Filter.level == "warning" ?> selected<?cs /if ?>><?cs var:T.job.issues.warning ?></option>
</select>
<label for="column"><?cs var:T.job.issues.column ?></label>
<select id="column" name="column">
<option value=""><?cs var:T.job.issues.any ?></option><?cs
each:c = Columns ?>
<option value="<?cs var:c.name ?>"<?cs if:c.chosen ?> selected<?cs /if ?>><?cs var:c.name ?></option><?cs
/each ?>
</select>
<button class="small"><?cs var:T.job.issues.apply ?></button>
</form><?cs
/if ?><?cs
if:Filter.causes ?><p class="ways"><a href="<?cs var:Filter.causes ?>"><?cs var:T.job.causes.back ?></a></p><?cs /if ?><?cs
if:subcount(Causes) ?><?cs
call:scroll_begin(T.job.causes.caption) ?>
<table class="causes stacked">
<caption class="hidden"><?cs var:T.job.causes.caption ?></caption>
<thead><tr><th scope="col"><?cs
var:T.job.issues.level ?></th><th scope="col"><?cs
var:T.job.issues.text ?></th><th scope="col"><?cs
var:T.job.issues.field ?></th><th scope="col" class="number"><?cs
var:T.job.causes.rows ?></th></tr></thead>
<tbody><?cs
each:i = Causes ?>
<tr class="<?cs var:i.level ?>"><td class="level" data-label="<?cs var:T.job.issues.level ?>"><span class="mark <?cs var:i.level ?>"><?cs call:icon(i.level) ?><?cs var:i.word ?></span></td><td class="what" data-label="<?cs
var:T.job.issues.text ?>"><span><?cs var:i.text ?><?cs if:i.varied ?> <span class="dim"><?cs var:i.varied ?></span><?cs /if ?></span></td><td class="column" data-label="<?cs
var:T.job.issues.field ?>"><?cs if:i.column ?><code><?cs var:i.column ?></code><?cs if:i.source ?><bdi class="source"><?cs var:i.source ?></bdi><?cs /if ?><?cs /if ?></td><td class="number" data-label="<?cs
var:T.job.causes.rows ?>"><?cs if:i.rows ?><a href="<?cs var:i.href ?>"><?cs var:i.rows ?></a><?cs else ?><?cs var:T.job.issues.whole_file ?><?cs /if ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
call:pager() ?>
<p class="ways"><a href="<?cs var:Filter.all ?>"><?cs var:T.job.causes.all ?></a></p><?cs
elif:subcount(Issues) ?><?cs
call:list_begin(T.job.issues.title, T.job.issues.caption, "issues stacked") ?>
<thead><tr><th scope="col"><?cs
var:T.job.issues.level ?></th><?cs if:Job.has_rows ?><th scope="col" class="number"><?cs
var:T.job.issues.row ?></th><?cs /if ?><?cs if:Issues_named ?><th scope="col"><?cs var:T.job.users.name ?></th><?cs /if ?><th scope="col"><?cs
var:T.job.issues.field ?></th><th scope="col"><?cs
var:T.job.issues.value ?></th><th scope="col"><?cs
var:T.job.issues.text ?></th></tr></thead>
<tbody><?cs
each:i = Issues ?>
<tr class="<?cs var:i.level ?>"><td class="level" data-label="<?cs var:T.job.issues.level ?>"><span class="mark <?cs var:i.level ?>"><?cs call:icon(i.level) ?><?cs var:i.word ?></span></td><?cs if:Job.has_rows ?><td class="number" data-label="<?cs
var:T.job.issues.row ?>"><?cs if:i.row ?><?cs var:i.row ?><?cs else ?><?cs var:T.job.issues.whole_file ?><?cs /if ?></td><?cs /if ?><?cs if:Issues_named ?><td class="who" data-label="<?cs
var:T.job.users.name ?>"><?cs if:i.name ?><bdi><?cs var:i.name ?></bdi><?cs /if ?></td><?cs /if ?><td class="column" data-label="<?cs
var:T.job.issues.field ?>"><?cs if:i.column ?><code><?cs var:i.column ?></code><?cs if:i.source ?><bdi class="source"><?cs var:i.source ?></bdi><?cs /if ?><?cs /if ?></td><td class="value" data-label="<?cs
var:T.job.issues.value ?>"><?cs if:i.value ?><code><?cs var:i.value ?></code><?cs /if ?></td><td class="what" data-label="<?cs
var:T.job.issues.text ?>"><?cs var:i.text ?></td></tr><?cs
/each ?>
<?cs call:list_end() ?><?cs
elif:Filter.level || Filter.column ?><p class="dim"><?cs var:T.job.issues.none ?></p><?cs
else ?><p class="dim"><?cs var:T.job.issues.nothing ?></p><?cs
/if ?>
</div><?cs
elif:Job.section == "changes" ?>
<div>
<h2 id="changes" class="hidden"><?cs var:T.job.changes.title ?></h2><?cs
if:subcount(Changes) ?><?cs
call:list_begin(T.job.changes.title, T.job.changes.caption, "changes stacked") ?>
<thead><tr><?cs if:Job.has_rows ?><th scope="col" class="number"><?cs var:T.job.users.row ?></th><?cs /if ?><th scope="col"><?cs
var:T.job.users.name ?></th><th scope="col"><?cs
var:T.job.issues.field ?></th><th scope="col"><?cs
var:T.job.changes.old ?></th><th scope="col"><?cs
var:T.job.changes.new ?></th></tr></thead>
<tbody><?cs
each:c = Changes ?>
<tr><?cs if:Job.has_rows ?><td class="number" data-label="<?cs var:T.job.users.row ?>"><?cs var:c.row ?></td><?cs /if ?><th scope="row" data-label="<?cs
var:T.job.users.name ?>"><?cs if:c.uuid ?><a href="<?cs var:Page.ipbx ?>/users/<?cs var:c.uuid ?>"><bdi><?cs var:c.name ?></bdi></a><?cs else ?><bdi><?cs var:c.name ?></bdi><?cs /if ?></th><td class="column" data-label="<?cs
var:T.job.issues.field ?>"><code><?cs var:c.column ?></code></td><td class="value" data-label="<?cs
var:T.job.changes.old ?>"><?cs if:?c.old ?><del><span class="sign" aria-hidden="true">−</span><span class="hidden"><?cs var:T.job.changes.removed ?> </span><code><?cs var:c.old ?></code></del><?cs
else ?><span class="dim"><?cs var:T.job.changes.empty ?></span><?cs /if ?></td><td class="value" data-label="<?cs
var:T.job.changes.new ?>"><?cs if:?c.new ?><ins><span class="sign" aria-hidden="true">+</span><span class="hidden"><?cs var:T.job.changes.added ?> </span><code><?cs var:c.new ?></code></ins><?cs
elif:c.generated ?><ins><span class="sign" aria-hidden="true">+</span><span class="hidden"><?cs var:T.job.changes.added ?> </span><span><?cs var:c.generated ?></span></ins><?cs
else ?><span class="dim"><?cs var:T.job.changes.empty ?></span><?cs /if ?></td></tr><?cs
/each ?>
<?cs call:list_end() ?><?cs
else ?><p class="dim"><?cs var:T.job.changes.none ?></p><?cs
/if ?>
</div><?cs
elif:Job.section == "planned" ?>
<div>
<h2 id="planned" class="hidden"><?cs var:T.job.planned.title ?></h2><?cs
if:Planned_bare ?><p><?cs var:Planned_bare ?></p><?cs /if ?><?cs
if:subcount(Planned) ?><?cs
if:Planned_moves ?><?cs
call:scroll_begin(T.job.planned.moves) ?>
<table class="made">
<caption class="hidden"><?cs var:T.job.planned.moves_caption ?></caption>
<thead><tr><th scope="col" class="number"><?cs
var:T.job.users.row ?></th><th scope="col"><?cs
var:T.job.users.name ?></th><th scope="col"><?cs
var:T.job.users.exten ?></th><th scope="col"><?cs
var:T.job.planned.how ?></th></tr></thead>
<tbody><?cs
each:u = Planned ?>
<tr><td class="number"><?cs alt:u.row ?><?cs var:T.common.none ?><?cs /alt ?></td><th scope="row"><?cs
if:u.uuid ?><a href="<?cs var:Page.ipbx ?>/users/<?cs var:u.uuid ?>"><bdi><?cs var:u.name ?></bdi></a><?cs else ?><bdi><?cs var:u.name ?></bdi><?cs /if ?></th><td><?cs
alt:u.exten ?><?cs var:T.common.none ?><?cs /alt ?></td><td><?cs var:u.how ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
else ?><?cs
call:scroll_begin(T.job.planned.title) ?>
<table class="planned stacked">
<caption class="hidden"><?cs var:T.job.planned.caption ?></caption>
<thead><tr><th scope="col" class="number"><?cs
var:T.job.users.row ?></th><th scope="col"><?cs
var:T.job.users.name ?></th><th scope="col"><?cs
var:T.job.users.exten ?></th><th scope="col"><?cs
var:T.job.planned.incalls ?></th><th scope="col"><?cs
var:T.job.planned.username ?></th><th scope="col"><?cs
var:T.job.planned.voicemail ?></th></tr></thead>
<tbody><?cs
each:u = Planned ?>
<tr><td class="number" data-label="<?cs var:T.job.users.row ?>"><?cs var:u.row ?></td><th scope="row" data-label="<?cs
var:T.job.users.name ?>"><bdi><?cs var:u.name ?></bdi></th><td data-label="<?cs
var:T.job.users.exten ?>"><?cs alt:u.exten ?><?cs var:T.common.none ?><?cs /alt ?></td><td data-label="<?cs
var:T.job.planned.incalls ?>"><?cs alt:u.incalls ?><?cs var:T.common.none ?><?cs /alt ?></td><td data-label="<?cs
var:T.job.planned.username ?>"><?cs alt:u.username ?><?cs var:T.common.none ?><?cs /alt ?></td><td data-label="<?cs
var:T.job.planned.voicemail ?>"><?cs alt:u.voicemail ?><?cs var:T.common.none ?><?cs /alt ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
/if ?><?cs
call:pager() ?><?cs
else ?><p class="dim"><?cs var:T.job.planned.none ?></p><?cs
/if ?>
</div><?cs
elif:Job.section == "users" ?>
<div>
<h2 id="users" class="hidden"><?cs var:T.job[Job.kind_name].users.title ?></h2><?cs
if:subcount(Users) ?><?cs
if:May.read ?>
<p class="list-way"><a href="<?cs var:Page.ipbx ?>/users?job=<?cs var:Job.id ?>"><?cs var:T.job.users.list ?></a> · <a href="<?cs var:Page.ipbx ?>/users/sheets?job=<?cs var:Job.id ?>"><?cs var:T.job.users.sheets ?></a></p><?cs
/if ?><?cs
call:scroll_begin(T.job[Job.kind_name].users.title) ?>
<table class="made">
<caption class="hidden"><?cs var:T.job[Job.kind_name].users.caption ?></caption>
<thead><tr><?cs if:Job.has_rows ?><th scope="col" class="number"><?cs
var:T.job.users.row ?></th><?cs /if ?><th scope="col"><?cs
var:T.job.users.name ?></th><th scope="col"><?cs
var:T.job.users.exten ?></th><?cs
if:Users_how ?><th scope="col"><?cs var:T.job.users.done ?></th><?cs /if ?></tr></thead>
<tbody><?cs
each:u = Users ?>
<tr><?cs if:Job.has_rows ?><td class="number"><?cs alt:u.row ?><?cs var:T.common.none ?><?cs /alt ?></td><?cs /if ?><th scope="row"><?cs
if:u.uuid ?><a href="<?cs var:Page.ipbx ?>/users/<?cs var:u.uuid ?>"><bdi><?cs var:u.name ?></bdi></a><?cs
elif:u.name ?><bdi><?cs var:u.name ?></bdi><?cs
else ?><span class="dim"><?cs var:T.job.users.gone ?></span><?cs /if ?></th><td><?cs
if:u.exten ?><?cs var:u.exten ?><?cs else ?><?cs var:T.common.none ?><?cs /if ?></td><?cs
if:Users_how ?><td><?cs var:u.how ?></td><?cs /if ?></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
call:pager() ?><?cs
else ?><p class="dim"><?cs var:T.job[Job.kind_name].users.nobody ?></p><?cs
/if ?>
</div><?cs
else ?>
<div>
<h2 id="log" class="hidden"><?cs var:T.job.log.title ?></h2><?cs
if:subcount(Log) ?><?cs
call:list_begin(T.job.log.title, T.job.log.caption, "log") ?>
<thead><tr><th scope="col"><?cs var:T.job.log.at ?></th><th scope="col"><?cs var:T.job.log.line ?></th></tr></thead>
<tbody><?cs
each:l = Log ?>
<tr><td class="at"><time datetime="<?cs var:l.iso ?>" data-seconds><?cs var:l.at ?></time></td><td lang="en"><?cs var:l.event ?></td></tr><?cs
/each ?>
<?cs call:list_end() ?><?cs
else ?><p class="dim"><?cs var:T.job.log.none ?></p><?cs
/if ?>
</div><?cs
/if ?>
<?cs if:Job.files.errors ?><?cs call:box_begin("notice") ?><p><?cs if:Job.files.only ?><?cs var:T.job.files.mend ?><?cs else ?><?cs var:T.job.files.look ?><?cs /if ?><?cs
if:Job.files.only && Job.files.masked ?> <?cs var:T.job.files.masked ?><?cs /if ?></p>
<p><a href="<?cs var:Job.files.errors ?>"><?cs if:Job.files.only ?><?cs var:T.job.files.errors ?><?cs else ?><?cs var:T.job.files.warnings ?><?cs /if ?></a><?cs
if:Job.files.only ?> · <a href="<?cs var:Job.files.only ?>"><?cs var:T.job.files.only ?></a><?cs /if ?></p><?cs call:box_end() ?><?cs /if ?>
<p class="ways"><?cs
if:Job.again ?><?cs call:link_button(Job.again, T.job[Job.words].again) ?> <?cs /if ?><?cs
if:Job.state == "done" && May.read ?><a href="<?cs var:Page.ipbx ?>/users"><?cs var:T.job.list ?></a><?cs /if ?></p><?cs
if:Job.files.log ?>
<p class="ways"><span class="dim"><?cs var:T.job.files.title ?></span><?cs
if:Job.files.result ?> <a href="<?cs var:Job.files.result ?>"><?cs var:T.job.files.result ?></a><?cs /if ?><?cs
if:Job.files.original ?> <a href="<?cs var:Job.files.original ?>"><?cs var:T.job.files.original ?></a><?cs /if ?>
<a href="<?cs var:Job.files.log ?>"><?cs var:T.job.files.log ?></a></p>
<?cs call:csv_hint() ?><?cs
/if ?><?cs
if:Job.files.deleted ?>
<p class="dim"><?cs var:Job.files.deleted ?></p><?cs
elif:Job.files.delete ?>
<form class="ways" method="post" action="<?cs var:Job.files.delete ?>"><?cs call:csrf() ?><button class="small"><?cs var:T.job_files.ask ?></button></form><?cs
/if ?>
<details class="facts-part">
<summary><?cs var:T.job.details ?></summary>
<?cs call:facts() ?>
</details><?cs
/if ?>
</div>
