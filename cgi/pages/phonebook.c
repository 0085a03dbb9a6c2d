/* The phonebooks of an entity: the links by which phones load names and numbers. */
#include "users/phonebook.h"

#include <string.h>

#include "pages/paths.h"
#include "pages/routes.h"

static int show(struct page *p, struct err *e)
{
	struct phonebook *books;
	size_t n;

	if (phonebook_list(p->db, p->who, p->mem, &books, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct phonebook *b = &books[i];
		view_set(p->view, arena_printf(p->mem, "%ld", b->id), "Books.%zu.id", i);
		view_set(p->view, b->name, "Books.%zu.name", i);
		view_set(p->view, b->entity, "Books.%zu.entity", i);
		view_set(p->view, b->who, "Books.%zu.who", i);
		view_set(p->view, page_time(p, b->created), "Books.%zu.created.text", i);
		view_set(p->view, b->created, "Books.%zu.created.iso", i);
		view_set(p->view, b->used, "Books.%zu.used", i);
		if (b->mobile)
			view_set(p->view, "1", "Books.%zu.mobile", i);
		if (b->plain)
			view_set(p->view, "1", "Books.%zu.plain", i);
		view_set(p->view, page_text(p, "phonebook.revoke_sure", "name", page_name(p, b->name), NULL),
		    "Books.%zu.sure", i);
	}
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Phonebook.entities");
	page_menu(p, "phonebook");
	return page_show(p, "phonebook", page_text(p, "phonebook.title", NULL), e);
}

int page_phonebook(struct page *p, struct err *e)
{
	return show(p, e);
}

/* Shows the addresses of the files of a phonebook, once. */
static int show_links(struct page *p, const struct phonebook *b, const char *token, struct err *e)
{
	int i = 0;

	for (const struct phonebook_format *f = phonebook_formats; f->name != NULL; f++, i++) {
		const char *maker = arena_strndup(p->mem, f->name, strcspn(f->name, "."));
		const char *text = page_text(p, arena_printf(p->mem, "phonebook.for.%s", maker), NULL);
		view_set(p->view, text, "Links.%d.text", i);
		view_set(p->view, arena_printf(p->mem, "%s/phonebook/%s/%s", page_site(p), token,
		    f->name), "Links.%d.href", i);
	}
	if (b->plain)
		view_set(p->view, "1", "Phonebook.plain");
	page_say(p, PAGE_DONE, page_text(p, "phonebook.made", "name", page_name(p, b->name), NULL));
	page_menu(p, "phonebook");
	page_trail(p, PATH_PHONEBOOK, page_text(p, "phonebook.title", NULL));
	return page_show(p, "phonebook_links", page_text(p, "phonebook.links", NULL), e);
}

int page_phonebook_add(struct page *p, struct err *e)
{
	const char *name = form_get(&p->form, "name");
	struct phonebook b = {
		.name = name != NULL ? name : "",
		.mobile = form_get(&p->form, "mobile") != NULL, .plain = form_get(&p->form, "plain") != NULL,
	};
	char token[DIGEST_HEX_SIZE];
	struct err why = {0};

	if (phonebook_add(p->db, p->who, p->req->remote_addr, &b, token, &why) == 0)
		return show_links(p, &b, token, e);
	if (why.code != ERR_INVALID && why.code != ERR_DB_UNIQUE) {
		*e = why;
		return -1;
	}
	p->res->status = 400;
	view_set(p->view, b.name, "Phonebook.name");
	if (b.mobile)
		view_set(p->view, "1", "Phonebook.mobile");
	if (b.plain)
		view_set(p->view, "1", "Phonebook.plain");
	if (strcmp(why.place, "entity") == 0)
		page_say(p, PAGE_ERROR, page_text(p, "phonebook.choose_entity", NULL));
	else
		page_fault(p, "name", page_text(p, why.code == ERR_DB_UNIQUE ? "phonebook.name_taken"
		    : "phonebook.name_wrong", NULL));
	return show(p, e);
}

/* GET on the address of the form: a browser comes here if it had to sign in after sending it. */
int page_phonebook_asked(struct page *p, struct err *e)
{
	struct phonebook *books;
	size_t n;

	if (phonebook_list(p->db, p->who, p->mem, &books, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (books[i].id == route_id(&p->route))
			return page_go(p, PATH_PHONEBOOK);
	return page_stop(p, 404, "not_found", e);
}

int page_phonebook_revoke(struct page *p, struct err *e)
{
	if (phonebook_revoke(p->db, p->who, p->req->remote_addr, route_id(&p->route), e) != 0)
		return -1;
	page_say_next(p, PAGE_DONE, "phonebook.revoked", 1);
	return page_go(p, PATH_PHONEBOOK);
}
