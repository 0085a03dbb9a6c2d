<?cs # Export of chosen columns.  Values: cgi/pages/export.c. ?><?cs
call:heading(Page.title) ?>
<div class="import">
<div class="text">
<p><?cs var:T.export.intro ?></p>
<p class="import-scope"><?cs call:icon("notice") ?><?cs var:Export.scope ?></p>
</div>
<form class="export-form" method="get" action="<?cs var:Page.ipbx ?>/users/export"><?cs
call:filter_kept() ?>
<input type="hidden" name="columns" value="uuid">
<p class="dim"><?cs var:T.export.always ?></p>
<p><a href="<?cs var:Export.tick ?>all"><?cs var:T.export.tick_all ?></a> · <a href="<?cs var:Export.tick ?>none"><?cs var:T.export.tick_none ?></a></p>
<div class="tick-groups"><?cs
each:g = Groups ?>
<fieldset><legend><?cs var:g.title ?></legend>
<ul class="ticks"><?cs
each:c = g.columns ?>
<li><label><input type="checkbox" name="columns" value="<?cs var:c.name ?>"<?cs if:c.ticked ?> checked<?cs /if ?>><span><code><?cs var:c.name ?></code> <span class="dim"><?cs var:c.meaning ?><?cs if:c.masked ?> (<?cs var:T.export.masked ?>)<?cs /if ?></span></span></label></li><?cs
/each ?>
</ul>
</fieldset><?cs
/each ?>
</div>
<p><label for="separator"><?cs var:T.export.separator.label ?></label> <select name="separator" id="separator"><?cs
each:s = Export.separators ?><option value="<?cs var:s.word ?>"<?cs if:s.chosen ?> selected<?cs /if ?>><?cs var:s.label ?></option><?cs
/each ?></select> <span class="dim"><?cs var:T.export.separator.help ?></span></p>
<div class="actions"><?cs call:button(T.export.submit) ?>
<button type="submit" name="format" value="xlsx"><?cs var:T.export.submit_xlsx ?></button></div>
</form>

<section class="import-part" aria-labelledby="spreadsheet">
<h2 id="spreadsheet"><?cs var:T.export.open.title ?></h2>
<p><?cs var:T.export.open.xlsx ?></p>
<p><?cs var:T.export.open.why ?></p>
<dl class="howto">
<dt>LibreOffice Calc</dt><dd><?cs var:T.export.open.libreoffice ?></dd>
<dt>Excel</dt><dd><?cs var:T.export.open.excel ?></dd>
<dt>Google Sheets</dt><dd><?cs var:T.export.open.google ?></dd>
</dl>
<p><?cs var:T.export.open.guard ?></p>
<p><?cs var:T.export.open.back ?></p>
</section>
</div>
