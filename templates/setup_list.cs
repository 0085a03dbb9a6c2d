<?cs # A list of the setup.  Values: cgi/pages/setup.c. ?><?cs
call:strip_begin(Page.title) ?>
<form class="search" method="get" action="<?cs var:Setup.path ?>" role="search">
<?cs call:search_field(Setup.q, T.setup.search, T.setup.search, "128") ?>
<?cs call:search_button(T.setup.search) ?>
</form>
<div class="tools"><a class="button" href="<?cs var:Setup.path ?>/add"><?cs var:T.setup[Setup.key].add ?></a></div><?cs
call:strip_end() ?>
<p class="help setup-help"><?cs var:T.setup[Setup.key].help ?></p><?cs
if:subcount(Things) ?><?cs
call:list_begin(Page.title, Page.title, "setup stacked") ?>
<thead><tr><?cs
each:h = Heads ?><th scope="col"><?cs var:h ?></th><?cs /each ?><?cs
if:Setup.entities ?><th scope="col"><?cs var:T.setup.entity ?></th><?cs /if ?><?cs
if:Setup.key != "admins" ?><th scope="col" class="number"><?cs var:T.setup.used ?></th><?cs /if ?><th scope="col" class="col-actions"><?cs var:T.users.actions ?></th></tr></thead>
<tbody><?cs
each:t = Things ?>
<tr><th scope="row"><?cs
if:t.mine ?><a href="<?cs var:Setup.path ?>/<?cs var:t.id ?>"><bdi><?cs var:t.name ?></bdi></a><?cs else ?><bdi><?cs var:t.name ?></bdi><?cs /if ?></th><?cs
each:c = t.cells ?><td data-label="<?cs var:c.label ?>"><?cs
if:subcount(c.items) ?><ul class="cell-items"><?cs each:i = c.items ?><li><?cs var:i ?></li><?cs /each ?></ul><?cs
elif:string.length(c.text) ?><?cs var:c.text ?><?cs else ?><span class="dim"><?cs var:T.common.none ?></span><?cs /if ?></td><?cs /each ?><?cs
if:Setup.entities ?><td data-label="<?cs var:T.setup.entity ?>"><?cs var:t.entity ?></td><?cs /if ?><?cs
if:Setup.key != "admins" ?><td class="number" data-label="<?cs var:T.setup.used ?>"><?cs var:t.uses ?></td><?cs /if ?><td class="col-actions"><?cs
if:t.delete ?><a class="action danger" href="<?cs var:Setup.path ?>/<?cs var:t.id ?>/delete" title="<?cs var:T.setup.delete.button ?>"><?cs call:icon("delete") ?><span class="hidden"><?cs var:T.setup.delete.button ?> <?cs var:t.name ?></span></a><?cs /if ?></td></tr><?cs
/each ?>
<?cs call:list_end() ?><?cs
else ?>
<div class="empty"><p><strong><?cs if:Setup.q ?><?cs var:T.setup.nothing_found ?><?cs else ?><?cs var:T.setup.nothing ?><?cs /if ?></strong></p><?cs
if:Setup.q ?><p><a href="<?cs var:Setup.path ?>"><?cs var:T.setup.all ?></a></p><?cs /if ?></div><?cs
/if ?>
