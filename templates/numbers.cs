<?cs # Extensions, incoming calls or voicemails.  Values: cgi/pages/numbers.c. ?><?cs
call:strip_begin(Page.title) ?>
<form class="search narrowed" method="get" action="<?cs var:Numbers.path ?>" role="search">
<?cs call:search_field(Numbers.q, T.numbers.search, T.numbers.search, "128") ?>
<label class="hidden" for="context"><?cs var:T.numbers.context ?></label>
<select id="context" name="context"><option value=""><?cs var:T.numbers.any_context ?></option><?cs
each:c = Contexts ?><option<?cs if:c.current ?> selected<?cs /if ?>><?cs var:c.name ?></option><?cs /each ?></select>
<label class="hidden" for="state"><?cs var:T.numbers.state ?></label>
<select id="state" name="state"><option value=""><?cs var:T.numbers.any_state ?></option><?cs
each:s = States ?><option value="<?cs var:s.name ?>"<?cs if:s.current ?> selected<?cs /if ?>><?cs var:T.numbers.states[s.name] ?></option><?cs /each ?></select>
<?cs call:search_button(T.numbers.search) ?>
</form><?cs
if:Numbers.may ?><div class="tools"><a class="button" href="<?cs var:Numbers.path ?>/add"><?cs var:T.numbers[Numbers.kind].add ?></a></div><?cs /if ?><?cs
call:strip_end() ?><?cs
if:subcount(Ranges) ?>
<details class="ranges"><summary><?cs var:T.numbers.ranges ?></summary><?cs
call:scroll_begin(T.numbers.ranges) ?>
<table class="stacked">
<caption class="hidden"><?cs var:T.numbers.ranges ?></caption>
<thead><tr><th scope="col"><?cs var:T.numbers.context ?></th><th scope="col"><?cs var:T.numbers.range_head ?></th><th scope="col"><?cs var:T.numbers.full_head ?></th><th scope="col"><?cs var:T.numbers.next ?></th></tr></thead>
<tbody><?cs
each:r = Ranges ?>
<tr><th scope="row" data-label="<?cs var:T.numbers.context ?>"><?cs var:r.context ?></th><td data-label="<?cs var:T.numbers.range_head ?>"><?cs var:r.range ?></td><td data-label="<?cs var:T.numbers.full_head ?>"><?cs
if:r.full ?><meter min="0" max="<?cs var:r.size ?>" value="<?cs var:r.used ?>" aria-label="<?cs var:r.full ?>"></meter> <?cs var:r.full ?><?cs else ?><span class="dim"><?cs var:T.common.none ?></span><?cs /if ?></td><td data-label="<?cs var:T.numbers.next ?>"><?cs
if:r.next ?><?cs if:Numbers.may ?><a href="<?cs var:r.href ?>"><?cs var:r.next ?></a><?cs else ?><?cs var:r.next ?><?cs /if ?><?cs else ?><span class="dim"><?cs var:T.common.none ?></span><?cs /if ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?></details><?cs
/if ?><?cs
if:subcount(List) ?><?cs
call:list_begin(Page.title, Page.title, "setup stacked") ?>
<thead><tr><th scope="col"><?cs var:T.numbers.number ?></th><?cs
if:Numbers.kind == "voicemail" ?><th scope="col"><?cs var:T.numbers.name ?></th><?cs /if ?><th scope="col"><?cs var:T.numbers.context ?></th><?cs
if:Numbers.entities ?><th scope="col"><?cs var:T.setup.entity ?></th><?cs /if ?><th scope="col"><?cs var:T.numbers.owner ?></th></tr></thead>
<tbody><?cs
each:n = List ?>
<tr><th scope="row"><?cs if:n.id ?><a href="<?cs var:Numbers.path ?>/<?cs var:n.id ?>"><?cs var:n.number ?></a><?cs else ?><?cs var:n.number ?><?cs /if ?></th><?cs
if:Numbers.kind == "voicemail" ?><td data-label="<?cs var:T.numbers.name ?>"><bdi><?cs var:n.name ?></bdi></td><?cs /if ?><td data-label="<?cs var:T.numbers.context ?>"><?cs var:n.context ?></td><?cs
if:Numbers.entities ?><td data-label="<?cs var:T.setup.entity ?>"><?cs var:n.entity ?></td><?cs /if ?><td data-label="<?cs var:T.numbers.owner ?>"><?cs
if:n.state == "used" ?><a href="<?cs var:Page.ipbx ?>/users/<?cs var:n.uuid ?>"><bdi><?cs var:n.owner ?></bdi></a><?cs if:n.others ?> <?cs var:n.others ?><?cs /if ?><?cs
else ?><span class="dim"><?cs var:T.numbers.states[n.state] ?></span><?cs /if ?></td></tr><?cs
/each ?>
<?cs call:list_end() ?><?cs
else ?>
<div class="empty"><p><strong><?cs var:T.numbers.nothing ?></strong></p></div><?cs
/if ?>
