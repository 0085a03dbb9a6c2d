#!/bin/sh
# docs/help.sh NAME.md: that document as the page that nginx serves at /help/NAME.html,
# on standard output.  NAME.fr.md is French.
set -eu

case $1 in
*.fr.md) lang=fr back="Retour à Rollcall" skip="Aller au contenu" label=Aide
	links="guide.fr:Guide glossary:Glossaire fields:Colonnes issues:Erreurs" ;;
*) lang=en back="Back to Rollcall" skip="Skip to the content" label=Help
	links="guide:Guide glossary:Glossary fields:Columns issues:Errors" ;;
esac
name=$(basename "$1" .md)
title=$(sed -n '/^# /{s///p;q;}' "$1")

cat <<END
<!DOCTYPE html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<title>$title - Rollcall</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/static/app.css">
<link rel="stylesheet" href="/static/help.css">
<link rel="icon" href="/static/icons/rollcall.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#content">$skip</a>
<header class="top"><a class="brand" href="/">Rollcall</a><a class="help-link" href="/">$back</a></header>
<nav class="help-pages" aria-label="$label"><ul>
END
for link in $links; do
	current=
	[ "${link%%:*}" != "$name" ] || current=' aria-current="page"'
	printf '<li><a href="%s.html"%s>%s</a></li>\n' "${link%%:*}" "$current" "${link#*:}"
done
printf '</ul></nav>\n<main id="content" class="guide" tabindex="-1">\n'
# Documents link to each other as files.  A wide table scrolls by itself, in a region that
# is called as its heading.
lowdown -t html --parse-no-autolink --html-no-skiphtml --html-no-escapehtml "$1" |
	sed 's/\(href="[a-z.]*\)\.md\([#"]\)/\1.html\2/g' | awk '
	/^<h[1-6]/ { heading = $0; gsub(/<[^>]*>/, "", heading) }
	{
		sub(/<table>/, "<div class=\"scroll\" role=\"region\" aria-label=\"" heading "\" tabindex=\"0\"><table>")
		sub(/<\/table>/, "</table></div>")
		sub(/<pre>/, "<pre tabindex=\"0\">")
		print
	}'
printf '</main>\n</body>\n</html>\n'
