#!/usr/bin/perl
# `make generate`: the lists of columns in sql/ and static/openapi.json, from
# csv/fields.def.  `generate.pl --check` writes nothing and names the files that are stale.
#
# In a file of SQL a list stands between two comments; the first says what one item is:
#
#	-- each column kept in users: users.{kept}
#	users.firstname, users.lastname
#	-- end
#
# Which columns: `column` alone is all of them; `read` those that files may have, `of
# phone` these of one resource, `of type boolean` those of one type, `kept in users` those
# that are kept there as they are and that files may set, `secret` those whose values not
# everybody sees, `named email` that one; `but a b` leaves some out.  A template that ends
# with a comma has one behind the last item too; one that ends with UNION ALL has that between
# the items.  In a template:
#
#   {name} {kept}   the column in a file, and in its table
#   {table}         that table
#   {type}          its type in the database
#   {filled stage}  the cell of stage, or the default where it is empty
#   {wanted line}   what an update makes of it: the cell of stage; where the file does not
#                   have the column, or a secret is masked, what is stored in line; the default
#   {cell}          its value as a cell of a file.  What it names is joined under the name
#                   of the column, lists under the name of the resource
#   {text old_}     the value of the column old_{name} as the text of a cell
#   {shown}         the same for somebody; secrets are masked unless $2
#   {masked u}      the value that u has; secrets are masked unless `secrets`
#   {own u}         the same, as a column of that name
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fields;

my $width = 110;
my @fields = fields();

sub slurp {
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	local $/;
	return scalar <$in>;
}

# --- SQL ----------------------------------------------------------------------

sub chosen {
	my ($which) = @_;
	my %but = map { $_ => 1 } $which =~ s/ but (.*)// ? split ' ', $1 : ();
	return grep { $_->{name} eq $1 } @fields if $which =~ /^ named (\w+)$/;
	my @found = grep { !$but{$_->{name}} } @fields;
	return @found if $which eq '';
	@found = grep { $_->{required} ne 'NEVER' } @found;
	return @found if $which eq ' read';
	return grep { $_->{secret} } @found if $which eq ' secret';
	return grep { $_->{same} && $_->{table} eq $1 } @found if $which =~ /^ kept in (\w+)$/;
	return grep { $_->{sql} eq $1 } @found if $which =~ /^ of type (\w+)$/;
	return grep { lc $_->{resource} eq $1 } @found if $which =~ /^ of (\w+)$/;
	die "which columns are `column$which`?\n";
}

sub filled {
	my ($f, $stage) = @_;
	return defined $f->{default} ? "coalesce($stage.$f->{name}, $f->{default})" : "$stage.$f->{name}";
}

sub wanted {
	my ($f, $stored) = @_;
	my $absent = "NOT given.$f->{name}" . ($f->{secret} ? " OR '$f->{name}' = ANY (stage.kept)" : '');
	return "coalesce(stage.$f->{name}, CASE WHEN $absent THEN $stored.$f->{kept} END"
		. (defined $f->{default} ? ", $f->{default})" : ')');
}

sub text {
	my ($f, $before) = @_;
	return ($before // '') . $f->{name} . ({ BOOL => '::int::text' }->{$f->{type}} // ($f->{sql} eq 'int' ? '::text' : ''));
}

sub cell {
	my ($f) = @_;
	return lc($f->{resource}) . ".$f->{name}" if $f->{list};
	return "$f->{name}.name" if $f->{type} eq 'NAME';
	return "$f->{table}.$f->{kept}" . ($f->{type} eq 'BOOL' ? '::int' : '');
}

# A password is known only by its hash, which nobody is shown.
sub masked {
	my ($f, $value, $may) = @_;
	return $value if !$f->{secret};
	return "CASE WHEN $value IS NOT NULL THEN '********' END" if $f->{type} eq 'PASSWORD';
	return "CASE WHEN $may OR $value IS NULL THEN $value ELSE '********' END";
}

# An expression as the column of that name.
sub as {
	my ($expression, $name) = @_;
	return $expression =~ /\.\Q$name\E(::int)?$/ ? $expression : "$expression AS $name";
}

sub item {
	my ($template, $f) = @_;
	my %do = (
		name => sub { $f->{name} },
		kept => sub { $f->{kept} },
		table => sub { $f->{table} },
		type => sub { $f->{sql} },
		filled => sub { filled($f, @_) },
		wanted => sub { wanted($f, @_) },
		text => sub { text($f, @_) },
		cell => sub { as(cell($f), $f->{name}) },
		shown => sub { as(masked($f, cell($f), '$2::boolean'), $f->{name}) },
		own => sub { as(masked($f, "$_[0].$f->{kept}", 'secrets'), $f->{name}) },
		masked => sub { masked($f, "$_[0].$f->{kept}", 'secrets') },
	);
	$template =~ s/\{(\w+)(?: (\w+))?\}/($do{$1} or die "{$1} means nothing\n")->($2 \/\/ ())/ge;
	return $template;
}

# Items with commas, or another sign, between them, in lines of some width.
sub wrapped {
	my ($indent, $between, $ends, @items) = @_;
	my @lines;
	for my $i (0 .. $#items) {
		my $text = $items[$i] . ($i < $#items || $ends ? $between : '');
		my $open = @lines && $indent =~ tr/\t// * 8 + length("$lines[-1] $text") <= $width;
		$open ? ($lines[-1] .= " $text") : push @lines, $text;
	}
	return join '', map { "$indent$_\n" } @lines;
}

sub list {
	my ($indent, $which, $template) = @_;
	my $ends = $template =~ s/,$//;
	my $between = $template =~ s/ UNION ALL$// ? ' UNION ALL' : ',';
	return wrapped($indent, $between, $ends, map { item($template, $_) } chosen($which));
}

sub sql {
	my ($text) = @_;
	$text =~ s/^((\t*)-- each column([^:\n]*): ([^\n]*)\n)(?:(?!\t*-- each )[^\n]*\n)*?(\t*-- end\n)/$1 . list($2, $3, $4) . $5/gme;
	return $text;
}

# --- openapi.json ---------------------------------------------------------------

# The name of a column within its object, and its schema as lines.
sub property {
	my ($f, $object) = @_;
	my $name = $f->{same} ? $f->{kept} : $f->{name} =~ s/^(voicemail|incall)_//r;
	my $null = $f->{empty} eq 'null' || ($f->{empty} eq 'generated' && $f->{required} eq 'NO');
	my $kind = { int => 'integer', boolean => 'boolean' }->{$f->{sql}} // 'string';
	my @schema = $f->{word} eq 'choice' ? ('"enum": [', (join ",\n", (map { " \"$_\"" } split /, /, $f->{values}),
			$null ? ' null' : ()), ']')
		: $null ? ('"type": [', " \"$kind\",", ' "null"', ']') : ("\"type\": \"$kind\"");
	my $lines = join "\n", map { split /\n/ } @schema;
	$lines = "\"enum\": [\n \"********\",\n null\n],\n\"description\": \"whether there is one; never the password or its hash\""
		if $f->{type} eq 'PASSWORD';
	$lines .= ",\n\"description\": \"******** without the right users.secrets\""
		if $f->{secret} && $f->{type} ne 'PASSWORD';
	return ($name, "\"$name\": {\n" . ($lines =~ s/^/ /gmr) . "\n}");
}

# Puts properties and names of what is required behind those that an object begins with.
sub object {
	my ($text, $begin, $before, $after, @columns) = @_;
	my (@names, @schemas);
	for (@columns) {
		my ($name, $schema) = property($_);
		push @names, "\"$name\"";
		push @schemas, $schema;
	}
	my ($in) = $text =~ /$begin.*?^( +)"properties": \{\n/sm or die "openapi.json: no $begin\n";
	my $properties = join '', map { ",\n" . s/^/$in /gmr } @schemas;
	my $required = join '', map { ",\n$in $_" } @names;
	my $next = $after eq '' ? "\n$in}" : ",\n$in \"$after\": {";
	my $end = $after eq '' ? "\n$in]" : ",\n$in \"$after\"";
	$text =~ s/($begin.*?^$in \"$before\": \{\n(?:$in  [^\n]*\n)*$in \})(.*?)(?=\Q$next\E)/$1$properties/sm
		or die "openapi.json: $begin has no properties $before and $after\n";
	$text =~ s/($begin.*?^$in"required": \[\n.*?^$in "$before")(.*?)(?=\Q$end\E)/$1$required/sm
		or die "openapi.json: $begin does not require $before and $after\n";
	return $text;
}

sub openapi {
	my ($text) = @_;
	my $user = '^   "User": \{';
	my @read = grep { $_->{name} !~ /^(uuid|entity_id)$/ && !$_->{list} } @fields;
	$text = object($text, $user, 'tenant_uuid', 'lines', grep { $_->{table} eq 'users' } @read);
	$text = object($text, "$user.*?\"lines\": \\{", 'uuid', 'registrations', grep { $_->{table} eq 'line' } @read);
	return object($text, "$user.*?\"voicemail\": \\{", 'id', '', grep { $_->{table} eq 'voicemail' } @read);
}

# --------------------------------------------------------------------------------

chdir "$FindBin::Bin/../..";
my $check = ($ARGV[0] // '') eq '--check';
my @stale;
for my $file (split(/\n/, `find sql -name '*.sql' -not -path 'sql/migrations/*' | sort`), 'static/openapi.json') {
	my $old = slurp($file);
	my $new = eval { $file =~ /\.sql$/ ? sql($old) : openapi($old) } // die "$file: $@";
	next if $new eq $old;
	push @stale, $file;
	next if $check;
	open my $out, '>', $file or die "$file: $!\n";
	print $out $new;
	close $out or die "$file: $!\n";
}
print map { ($check ? 'stale: ' : 'wrote ') . "$_\n" } @stale;
exit($check && @stale ? 1 : 0);
