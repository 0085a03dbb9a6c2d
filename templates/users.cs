<?cs # The list of users.  Values: cgi/pages/users.c. ?><?cs
call:strip_begin(Page.title) ?>
<p class="strip-count"><?cs var:List.count ?></p>
<form class="search" id="find" method="get" action="<?cs var:Page.ipbx ?>/users" role="search"><?cs
if:List.sort != "name" ?><input type="hidden" name="sort" value="<?cs var:List.sort ?>"><?cs /if ?><?cs
if:List.dir ?><input type="hidden" name="dir" value="<?cs var:List.dir ?>"><?cs /if ?><?cs
if:List.size != 20 ?><input type="hidden" name="size" value="<?cs var:List.size ?>"><?cs /if ?><?cs
if:List.job ?><input type="hidden" name="job" value="<?cs var:List.job ?>"><?cs /if ?>
<?cs call:search_field(List.q, T.users.search, T.users.search_help, "200") ?>
<?cs call:search_button(T.users.search) ?>
</form><?cs
call:plus_menu() ?><?cs
call:strip_end() ?>
<div class="list-tools">
<details class="drop" data-panel><summary><?cs call:icon("filter") ?><?cs var:T.users.filter.button ?></summary>
<div class="drop-panel filters"><?cs
each:f = Filters ?>
<div class="field"><label for="<?cs var:f.name ?>"><?cs var:f.title ?></label>
<select id="<?cs var:f.name ?>" name="<?cs var:f.name ?>" form="find"><option value=""><?cs var:T.users.filter.any ?></option><?cs
each:c = f.choices ?><option value="<?cs var:c.value ?>"<?cs if:c.chosen ?> selected<?cs /if ?>><?cs var:c.text ?></option><?cs
/each ?></select></div><?cs
/each ?>
<div class="actions"><button class="main" form="find"><?cs var:T.users.filter.apply ?></button></div>
</div></details>
<details class="drop" data-panel><summary><?cs call:icon("columns") ?><?cs var:T.users.columns.button ?></summary>
<form class="drop-panel" method="post" action="<?cs var:Page.ipbx ?>/users/columns"><?cs call:csrf() ?>
<input type="hidden" name="go" value="<?cs var:List.href ?>">
<fieldset class="columns-of-list"><legend><?cs var:T.users.columns.title ?></legend><?cs
each:c = Columns ?>
<label class="tick"><input type="checkbox" name="columns" value="<?cs var:c.name ?>"<?cs if:c.shown ?> checked<?cs /if ?>> <?cs var:c.text ?></label><?cs
/each ?>
</fieldset>
<p class="help"><?cs var:T.users.columns.help ?></p>
<div class="actions"><button class="main"><?cs var:T.users.columns.save ?></button></div>
</form></details><?cs
if:subcount(Chips) ?>
<p class="chips-label" id="chips"><?cs var:T.users.filter.active ?></p>
<ul class="chips" aria-labelledby="chips"><?cs
each:c = Chips ?><li><a href="<?cs var:c.href ?>" title="<?cs var:T.users.filter.remove ?>"><?cs var:c.text ?><?cs call:icon("close") ?><span class="hidden"><?cs var:T.users.filter.remove ?></span></a></li><?cs
/each ?><?cs
if:subcount(Chips) > 1 ?><li><a class="chips-clear" href="<?cs var:List.all ?>"><?cs var:T.users.filter.clear ?></a></li><?cs /if ?></ul><?cs
/if ?>
</div><?cs

def:user_head(h) ?><th scope="col" class="col-<?cs var:h.name ?>"<?cs if:h.sort ?> aria-sort="<?cs var:h.sort ?>"<?cs /if ?>><?cs
if:h.href ?><a href="<?cs var:h.href ?>"><?cs var:h.text ?><?cs
if:h.sort ?><?cs call:icon(h.sort) ?><?cs else ?><?cs call:icon("sortable") ?><?cs /if ?></a><?cs else ?><?cs var:h.text ?><?cs /if ?></th><?cs /def ?><?cs
def:cell(value) ?><?cs if:string.length(value) ?><?cs var:value ?><?cs else ?><?cs var:T.common.none ?><?cs /if ?><?cs /def ?><?cs

if:subcount(Users) ?>
<form method="post" action="<?cs var:Page.ipbx ?>/users/actions" data-selection="<?cs var:List.filter ?>" data-most="<?cs var:List.most ?>"><?cs call:csrf() ?>
<input type="hidden" name="go" value="<?cs var:List.href ?>"><?cs
call:filter_kept() ?>
<div class="selection" role="group" aria-label="<?cs var:T.users_actions.title ?>">
<p class="selected" role="status" data-selected data-none="<?cs var:T.users_actions.none ?>" data-one="<?cs var:T.users_actions.count.one ?>" data-other="<?cs var:T.users_actions.count.other ?>" data-all="<?cs var:List.all_found ?>" data-most="<?cs var:List.most_text ?>"><?cs var:T.users_actions.intro ?></p>
<label class="tick"><input type="checkbox" name="all" value="1"> <?cs var:List.all_found ?></label><?cs
if:May.update ?>
<button class="small" name="action" value="enable"><?cs var:T.user_set.enable ?></button>
<button class="small" name="action" value="disable"><?cs var:T.user_set.disable ?></button><?cs
if:subcount(Labels) ?>
<span class="selection-label"><label class="hidden" for="which_label"><?cs var:T.users_actions.label ?></label>
<select id="which_label" name="which_label"><option value=""><?cs var:T.users_actions.label ?></option><?cs
each:l = Labels ?><option><?cs var:l ?></option><?cs /each ?></select>
<button class="small" name="action" value="label_add"><?cs var:T.users_actions.add ?></button>
<button class="small" name="action" value="label_remove"><?cs var:T.users_actions.remove ?></button></span><?cs
/if ?><?cs
/if ?><?cs
if:May.export ?>
<button class="small" name="action" value="export"><?cs var:T.users_actions.export ?></button><?cs /if ?>
<button class="small" name="action" value="sheets"><?cs var:T.users_actions.sheets ?></button><?cs
if:May.delete ?>
<button class="small" name="action" value="delete"><?cs var:T.users.delete ?></button><?cs /if ?>
<button type="button" class="link" data-clear hidden><?cs var:T.users_actions.clear ?></button>
</div><?cs
call:scroll_begin(T.users.title) ?>
<table class="users stacked">
<caption class="hidden"><?cs var:T.users.caption ?></caption>
<thead><tr><th scope="col" class="col-check"><span class="check"><input type="checkbox" data-choose-all hidden aria-label="<?cs var:T.users.choose_all ?>"></span></th><?cs
each:h = Heads ?><?cs call:user_head(h) ?><?cs /each ?><th scope="col" class="col-actions"><?cs var:T.users.actions ?></th></tr></thead>
<tbody><?cs
each:u = Users ?>
<tr class="<?cs var:u.state ?>"><td class="col-check"><label class="check"><input type="checkbox" name="users" value="<?cs var:u.uuid ?>"><span class="hidden"><?cs var:u.choose ?></span></label></td><th scope="row" class="col-name"><span class="state"><?cs call:icon(u.state) ?><span class="hidden"><?cs var:T.users[u.state] ?><?cs var:T.common.colon ?> </span></span><a href="<?cs var:Page.ipbx ?>/users/<?cs var:u.uuid ?>"><bdi><?cs var:u.name ?></bdi></a></th><?cs
each:c = u.cells ?><td class="col-<?cs var:c.name ?>" data-label="<?cs var:T.users[c.name] ?>"><?cs call:cell(c.value) ?></td><?cs /each ?><td class="col-actions"><a class="action" href="<?cs var:Page.ipbx ?>/users/<?cs var:u.uuid ?>" title="<?cs var:T.users.view ?>"><?cs call:icon("view") ?><span class="hidden"><?cs var:T.users.view ?> <?cs var:u.name ?></span></a><?cs
if:May.delete ?><button class="action danger" formaction="<?cs var:Page.ipbx ?>/users/delete" name="only" value="<?cs var:u.uuid ?>" title="<?cs var:T.users.delete ?>"><?cs call:icon("delete") ?><span class="hidden"><?cs var:T.users.delete ?> <?cs var:u.name ?></span></button><?cs /if ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?>
<div class="list-end"><?cs
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
<p><a href="<?cs var:Page.ipbx ?>/users"><?cs var:T.users.all ?></a></p><?cs
elif:Who.root && !subcount(Scopes) ?><p><?cs var:T.users.no_entity ?></p>
<p><?cs call:link_button("/configuration/entities/add", T.setup.tenants.add) ?></p><?cs
else ?><p><?cs var:T.users.nobody_here ?></p><?cs
if:May.import ?><p><?cs call:link_button(Page.ipbx + "/users/import", T.users.import) ?></p><?cs /if ?><?cs
/if ?></div><?cs
/if ?>
