<?cs # The question before stored files are deleted.  Values: cgi/pages/job_files_delete.c. ?><?cs
call:heading(Page.title) ?>
<form class="text panel" method="post" action="<?cs var:Files.action ?>"><?cs call:csrf() ?>
<input type="hidden" name="sure" value="1"><?cs
if:Files.days ?>
<input type="hidden" name="days" value="<?cs var:Files.days ?>"><?cs
/if ?>
<p><strong><?cs var:Files.sure ?></strong></p>
<p><?cs var:Files.size ?></p>
<p><?cs var:T.job_files.goes ?></p>
<p><?cs var:T.job_files.stays ?></p>
<div class="actions"><button class="main danger"><?cs var:T.job_files.submit ?></button> <?cs call:link_button(Files.go, T.job_files.cancel) ?></div>
</form>
