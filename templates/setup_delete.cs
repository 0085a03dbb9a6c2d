<?cs # Deletes one thing of the setup, or shows where it is used.  Values: cgi/pages/setup.c. ?><?cs
call:heading(Page.title) ?>
<div class="text panel"><?cs
if:Setup.history ?>
<p><?cs var:Setup.history ?></p>
<form method="post" action="<?cs var:Setup.path ?>/<?cs var:Setup.id ?>/delete"><?cs call:csrf() ?>
<?cs call:field("name", T.setup.delete.type_name, "text", "", "off") ?>
<div class="actions"><button class="main danger"><?cs var:T.setup.delete.button ?></button> <a class="button" href="<?cs var:Setup.path ?>"><?cs var:T.user_form.cancel ?></a></div>
</form><?cs
elif:subcount(Uses) ?>
<p><?cs var:Setup.used ?></p><?cs
each:u = Uses ?>
<h2><?cs var:u.text ?></h2>
<ul class="setup-uses"><?cs
each:i = u.items ?><li><?cs if:i.href ?><a href="<?cs var:i.href ?>"><bdi><?cs var:i.name ?></bdi></a><?cs else ?><bdi><?cs var:i.name ?></bdi><?cs /if ?></li><?cs /each ?><?cs
if:u.more ?><li class="dim">…</li><?cs /if ?></ul><?cs
/each ?>
<?cs if:Setup.key == "tenants" ?><p><?cs var:T.setup.delete.history_later ?></p><?cs /if ?>
<p><a class="button" href="<?cs var:Setup.path ?>"><?cs var:T.setup.back ?></a></p><?cs
else ?>
<p><?cs var:Setup.sure ?></p>
<form method="post" action="<?cs var:Setup.path ?>/<?cs var:Setup.id ?>/delete"><?cs call:csrf() ?>
<div class="actions"><button class="main danger"><?cs var:T.setup.delete.button ?></button> <a class="button" href="<?cs var:Setup.path ?>"><?cs var:T.user_form.cancel ?></a></div>
</form><?cs
/if ?>
</div>
