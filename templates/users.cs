<?cs # The list of users.  Values: cgi/pages/users.c. ?><?cs
call:strip_begin(Page.title) ?>
<p class="strip-count"><?cs var:List.count ?></p>
<form class="search" method="get" action="/services/ipbx/users" role="search"><?cs
if:List.sort != "name" ?><input type="hidden" name="sort" value="<?cs var:List.sort ?>"><?cs /if ?><?cs
if:List.dir ?><input type="hidden" name="dir" value="<?cs var:List.dir ?>"><?cs /if ?><?cs
if:List.size != 20 ?><input type="hidden" name="size" value="<?cs var:List.size ?>"><?cs /if ?>
<label class="hidden" for="q"><?cs var:T.users.search_help ?></label>
<input id="q" name="q" type="search" value="<?cs var:List.q ?>" placeholder="<?cs var:T.users.search ?>" title="<?cs var:T.users.search_help ?>" autocomplete="off" maxlength="200">
<label class="hidden" for="context"><?cs var:T.users.context ?></label>
<select id="context" name="context">
<option value=""><?cs var:T.users.any_context ?></option><?cs
each:c = Contexts ?>
<option<?cs if:c.current ?> selected<?cs /if ?>><?cs var:c.name ?></option><?cs
/each ?>
</select>
<label class="hidden" for="phones"><?cs var:T.users.phones ?></label>
<select id="phones" name="phones">
<option value=""><?cs var:T.users.any_phones ?></option>
<option value="missing"<?cs if:List.unregistered ?> selected<?cs /if ?>><?cs var:T.users.unregistered ?></option>
</select>
<button class="search-button"><?cs call:icon("search") ?><span class="hidden"><?cs var:T.users.search ?></span></button>
</form><?cs
call:plus_menu() ?><?cs
call:strip_end() ?><?cs

def:user_head(h) ?><th scope="col" class="col-<?cs var:h.name ?>"<?cs if:h.sort ?> aria-sort="<?cs var:h.sort ?>"<?cs /if ?>><a href="<?cs var:h.href ?>"><?cs var:h.text ?><?cs
if:h.sort ?><?cs call:icon(h.sort) ?><?cs else ?><?cs call:icon("sortable") ?><?cs /if ?></a></th><?cs /def ?><?cs
def:cell(value) ?><?cs if:string.length(value) ?><?cs var:value ?><?cs else ?><?cs var:T.common.none ?><?cs /if ?><?cs /def ?><?cs

if:subcount(Users) ?>
<form method="post" action="/services/ipbx/users/delete"><?cs call:csrf() ?>
<input type="hidden" name="go" value="<?cs var:List.href ?>"><?cs
call:scroll_begin(T.users.title) ?>
<table class="users stacked">
<caption class="hidden"><?cs var:T.users.caption ?></caption>
<thead><tr><?cs
if:May.delete ?><th scope="col" class="col-check"><span class="check"><input type="checkbox" data-choose-all hidden aria-label="<?cs var:T.users.choose_all ?>"></span></th><?cs /if ?><?cs
each:h = Heads ?><?cs call:user_head(h) ?><?cs /each ?><th scope="col" class="col-actions"><?cs var:T.users.actions ?></th></tr></thead>
<tbody><?cs
each:u = Users ?>
<tr class="<?cs var:u.state ?>"><?cs
if:May.delete ?><td class="col-check"><label class="check"><input type="checkbox" name="users" value="<?cs var:u.uuid ?>"><span class="hidden"><?cs var:u.choose ?></span></label></td><?cs /if ?><th scope="row" class="col-name"><span class="state"><?cs call:icon(u.state) ?><span class="hidden"><?cs var:T.users[u.state] ?><?cs var:T.common.colon ?> </span></span><a href="/services/ipbx/users/<?cs var:u.uuid ?>"><bdi><?cs var:u.name ?></bdi></a></th><td class="col-code" data-label="<?cs
var:T.users.code ?>"><?cs call:cell(u.code) ?></td><td class="col-protocol" data-label="<?cs
var:T.users.protocol ?>"><?cs call:cell(u.protocol) ?></td><td class="col-number" data-label="<?cs
var:T.users.number ?>"><?cs call:cell(u.number) ?></td><td class="col-entity" data-label="<?cs
var:T.users.entity ?>"><?cs var:u.entity ?></td><td class="col-actions"><a class="action" href="/services/ipbx/users/<?cs var:u.uuid ?>" title="<?cs var:T.users.view ?>"><?cs call:icon("view") ?><span class="hidden"><?cs var:T.users.view ?> <?cs var:u.name ?></span></a><?cs
if:May.delete ?><button class="action danger" name="only" value="<?cs var:u.uuid ?>" title="<?cs var:T.users.delete ?>"><?cs call:icon("delete") ?><span class="hidden"><?cs var:T.users.delete ?> <?cs var:u.name ?></span></button><?cs /if ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?>
<div class="list-end"><?cs
if:May.delete ?><button class="small"><?cs var:T.users.delete_chosen ?></button><?cs /if ?><?cs
if:May.export ?><p class="list-way"><a href="<?cs var:List.export_columns ?>"><?cs var:T.users.export_columns ?></a></p><?cs /if ?><?cs
call:pager() ?>
<nav class="sizes" aria-label="<?cs var:T.users.per_page ?>"><span aria-hidden="true"><?cs var:T.users.per_page ?></span><ul><?cs
each:s = Sizes ?><li><a href="<?cs var:s.href ?>"<?cs if:s.current ?> aria-current="true"<?cs /if ?>><?cs var:s.n ?></a></li><?cs
/each ?></ul></nav>
</div><?cs
if:May.export ?><?cs call:csv_hint() ?><?cs /if ?>
</form><?cs
else ?>
<div class="empty"><p><strong><?cs var:T.users.nobody ?></strong></p><?cs
if:List.narrowed ?><p><?cs var:T.users.nobody_matching ?></p>
<p><a href="/services/ipbx/users"><?cs var:T.users.all ?></a></p><?cs
else ?><p><?cs var:T.users.nobody_here ?></p><?cs
if:May.import ?><p><?cs call:link_button("/services/ipbx/users/import", T.users.import) ?></p><?cs /if ?><?cs
/if ?></div><?cs
/if ?>
