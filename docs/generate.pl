#!/usr/bin/perl
# `make docs`: docs/fields.md and docs/issues.md from the tables of the program,
# so that they never say anything else.  generate.pl fields|issues prints one;
# `man5` prints rollcall.conf(5), which `make install` writes.
# tests/lint/docs.pl fails while a file is not what this prints.
use strict;
use warnings;
use Text::Wrap;

sub slurp {
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	local $/;
	return scalar <$in>;
}

sub cell {
	my ($text) = @_;
	$text =~ s/\|/\\|/g;
	return $text;
}

# Words of program and of spreadsheets are set as they are typed.
sub code {
	return '`' . $_[0] . '`';
}

sub row {
	print '| ', join(' | ', @_), " |\n";
}

sub head {
	print "\n";
	row(@_);
	row(map { '---' } @_);
}

# --- columns ------------------------------------------------------------------

# Name => text of a group of the English texts: the lines below `group {` as far as
# the `}` at the same depth.
sub texts {
	my ($group) = @_;
	slurp('templates/i18n/en.hdf') =~ /^( *)\Q$group\E \{\n(.*?)^\1\}/ms or die "en.hdf has no $group\n";
	return { $2 =~ /^\s*(\w+) = (.*)$/mg };
}

# What `rollcall fields` says of each column, by its name.
sub listed {
	my $program = $ENV{ROLLCALL} // ($ENV{BUILD} // 'build') . '/rollcall';
	my @lines = split /\n/, `$program fields`;
	die "$program does not run; try make build\n" if $? != 0;
	my $form = 'A38 x A8 x A11 x A62 x A*';
	join(' ', unpack $form, shift @lines) eq 'NAME TYPE REQUIRED VALUES OLD NAME'
		or die "the form of `rollcall fields` has changed\n";
	return { map { my @f = unpack $form, $_; ($f[0] => \@f) } @lines };
}

# The lines FIELD(name, resource, type, low, high, required, empty, update_empty,
# unique, exported, old) of the table.
sub table {
	my $def = slurp('cgi/csv/fields.def');
	$def =~ s{/\*.*?\*/}{}gs;
	return map { [map { s/^\s*"?|"?\s*$//gr } split /,/] } $def =~ /^FIELD\((.*)\)$/mg;
}

sub empty_cell {
	my ($field) = @_;
	my ($name, $required, $empty) = @$field[0, 5, 6];
	return 'never read: a new user gets a new one' if $required eq 'UPDATE';
	return 'never read: generated' if $required eq 'NEVER';
	return 'an error' if $required eq 'ALWAYS';
	return 'the tenant in scope; an error where that is all of them' if $name eq 'entity_id';
	return 'generated (not for sccp)' if $empty eq 'generated';
	return $empty eq '' || $empty eq 'null' ? 'nothing' : code($empty);
}

sub empty_on_update {
	my ($field) = @_;
	my ($required, $empty, $does) = @$field[5, 6, 7];
	return 'an error' if $required eq 'UPDATE';
	return {
		IGNORED => 'as it is', DEFAULT => code($empty), MISSING => 'an error where there is one',
		SET_NULL => 'nothing', PROTOCOL => 'an error where there is a line', REMOVES => 'removes the extension',
		DETACHES => 'stays, free, without the user',
	}->{$does} // die "update_empty: $does\n" if $required ne 'ALWAYS';
	return 'an error';
}

sub required {
	my ($field, $resource) = @_;
	return {
		NO => '', ALWAYS => 'yes', NEVER => '', UPDATE => 'on update',
		RESOURCE => ($resource =~ /^[aeiou]/ ? 'for an ' : 'for a ') . $resource, CTI => 'where `cti_profile_enabled` is 1',
	}->{$field->[5]} // die "required: $field->[5]\n";
}

sub remarks {
	my ($field) = @_;
	my ($type, $unique, $old) = @$field[2, 8, 10];
	my @said;
	push @said, 'a secret' if $type =~ /PASSWORD$|SECRET$/;
	push @said, 'unique over all tenants' if $unique eq 'SYSTEM';
	push @said, 'unique in its context' if $unique eq 'CONTEXT';
	push @said, 'older name ' . code($old) if $old ne '';
	return join '; ', @said;
}

sub fields {
	my $meaning = texts('field');
	my $title = texts('resource');
	my $listed = listed();
	my @table = table();
	print <<'END';
# Columns

<!-- Written by `make docs` from cgi/csv/fields.def: change it there. -->

Every column of a file, in the order of exports. Columns can be in any order; upper case is accepted. Only `firstname` is always
required on import, and `uuid` on update. The column "needed" says which columns belong together: a phone, for example, is created when all its
needed cells are filled. On import an absent column counts as empty; an update does not change absent columns. See also
[errors and warnings](issues.md) and the [glossary](glossary.md).
END
	my $resource = '';
	for my $field (@table) {
		my $name = $field->[0];
		my $known = $listed->{$name} or die "`rollcall fields` has no $name: make build\n";
		if ($field->[1] ne $resource) {
			$resource = $field->[1];
			print "\n## $title->{lc $resource}\n";
			head('column', 'meaning', 'value', 'needed', 'empty on import', 'empty on update', 'remarks');
		}
		row(code($name), map { cell($_) } $meaning->{$name} // die("field.$name has no text\n"), $known->[3],
			required($field, lc $resource), empty_cell($field), empty_on_update($field), remarks($field));
	}
	my $def = slurp('cgi/csv/fields.def');
	print "\n## Older columns without a counterpart\n\n",
		'Read and ignored, with a warning where they hold data: ',
		join(', ', map { code($_) } $def =~ /^DROPPED\((\w+)\)/mg), ".\n",
		'Read as several columns: ', join(', ', map { code($_) } $def =~ /^SPREAD\((\w+)\)/mg), ".\n";
}

# --- issues -------------------------------------------------------------------

sub unescape {
	return $_[0] =~ s/\\(.)/$1/gr;
}

sub parameters {
	my ($text) = @_;
	my (%seen, @names);
	push @names, code($_) for grep { !$seen{$_}++ } $text =~ /\{(\w+)\}/g;
	return join ' ', @names;
}

sub issues {
	my $def = slurp('cgi/csv/issues.def');
	$def =~ s{\A/\*.*?\*/}{}s;
	print <<'END';
# Errors and warnings

<!-- Written by `make docs` from cgi/csv/issues.def: change it there. -->

Everything that a report can say about a file. With an error nothing of the file is applied; with warnings alone everything is applied.
The code is the part of a key before the dot. In a text `{name}` is a parameter; a part in brackets is left out when
its parameter is absent; behind `|` is what stands there then. Every issue has a row and a line (row 0: the file as a whole). If it is about one cell, it also has the column and
the value; values of secret columns are never shown. `{row}` is the row of the spreadsheet, whose row 1 is the header.
END
	my $texts;
	for (split /\n/, $def) {
		if (m{^/\* --- (.*) --- \*/$}) {
			print "\n## ", ucfirst $1, "\n";
			$texts = undef;
		} elsif (/^(ISSUE|TEXT)\("([\w.]+)", (?:(ERROR|WARNING), )?"(.*)"\)$/) {
			my ($kind, $key, $level, $text) = ($1, $2, $3, unescape($4));
			head($kind eq 'ISSUE' ? ('key', 'level', 'text', 'parameters') : ('key', 'text')) if !defined $texts;
			$texts = 1;
			row(code($key), $kind eq 'ISSUE' ? (lc $level, cell($text), parameters($text)) : cell($text));
		} elsif (/^(ISSUE|TEXT)\(/) {
			die "not understood: $_\n";
		}
	}
}

# --- settings -----------------------------------------------------------------

# rollcall.conf(5), from the table of settings.
sub man5 {
	my ($version) = slurp('Makefile') =~ /^VERSION\s*:=\s*(\S+)/m;
	my ($date) = slurp('docs/rollcall.1') =~ /^\.TH ROLLCALL 1 (\S+)/m;
	print <<"END";
.TH ROLLCALL.CONF 5 "$date" "rollcall $version" "File Formats"
.SH NAME
rollcall.conf \\- settings of Rollcall
.SH SYNOPSIS
.B /etc/rollcall/rollcall.conf
.SH DESCRIPTION
Each line is
.IR name " = " value ;
a
.B #
begins a comment at the start of a word, and a value that holds one stands in
double quotes.
A variable
.BI ROLLCALL_ NAME
of the environment wins over the file. An unknown name or a bad value is an
error that names its line.
.B rollcall config
prints what is in force and where it comes from. Processes read the settings
when they start.
.SH SETTINGS
END
	my $def = slurp('cgi/base/settings.def');
	$def =~ s{\A/\*.*?\*/}{}s;
	for (grep { /\S/ } split /\n/, $def) {
		my ($kind, $name, $rest) = /^SETTING_(\w+)\s*\((\w+),\s*(.*)\)$/ or die "not understood: $_\n";
		my ($help) = $rest =~ /"([^"]*)"$/;
		my ($default) = $rest =~ /^"([^"]*)"/ ? $1 : $rest =~ /^(\w+)/;
		my $range = $kind eq 'INT' && $rest =~ /^\w+,\s*(\d+),\s*(\d+)/ ? ", $1 to $2" : '';
		$help =~ s/([\\-])/\\$1/g;
		local $Text::Wrap::columns = 79;
		print ".TP\n.B $name\n", wrap('', '', "\u$help. Default: $default$range."), "\n";
	}
	print <<'END';
.SH FILES
.I /etc/rollcall/rollcall.conf
.SH SEE ALSO
.BR rollcall (1)
END
}

my %make = (fields => \&fields, issues => \&issues, man5 => \&man5);
my $make = $make{$ARGV[0] // ''} or die "usage: docs/generate.pl fields|issues|man5\n";
$make->();
