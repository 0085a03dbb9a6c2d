# sql/ and the calls from C agree: a query has one name, each query is used, each called query exists,
# with the right number of arguments; the first line of a rule says it in English.
use strict;
use warnings;
use lib 'tests/lint', 'cgi/csv';
use Fields;
use Lint;

my (%where, @faults);
for my $file (tree(qr/\.sql$/, 'sql/queries')) {
	lines($file, slurp($file), sub {
		my ($at, $text) = @_;
		$text =~ /^--\s*name:\s*(\S+)/ or return;
		push @faults, "$at: $1 is at $where{$1} too" if $where{$1};
		$where{$1} //= $at;
	});
}
check('each query has a name of its own', @faults);

my $c = join "\n", map { c_strings(slurp($_)) } tree(qr/\.(c|h|def)$/, 'cgi');
check('each query is called', map { "$where{$_}: $_" } sort grep { $c !~ /"\Q$_\E"/ } keys %where);

# --- arguments ---------------------------------------------------------------

# The highest $n of each query.
my %highest;
for my $file (tree(qr/\.sql$/, 'sql/queries')) {
	for (split /^(?=--\s*name:)/m, slurp($file)) {
		my ($name) = /^--\s*name:\s*(\S+)/ or next;
		s/--[^\n]*//g;
		$highest{$name} = 0;
		$highest{$name} = $1 > $highest{$name} ? $1 : $highest{$name} while /\$(\d+)/g;
	}
}

# C without comments, by file; and how many arguments a macro NAME_ARGS stands for.
my (%source, %macro);
for my $file (tree(qr/\.[ch]$/, 'cgi')) {
	($source{$file} = slurp($file)) =~ s{/\*.*?\*/}{}gs;
	$source{$file} =~ s/\\\n/ /g;
	$macro{$1} = commas("$2)") + 1 while $source{$file} =~ /^#define (\w+_ARGS)\([^)]*\) ([^\n]*)/mg;
}

# The number of arguments from here to the closing parenthesis; commas in inner ones do not count.
sub commas {
	my ($text) = @_;
	my ($depth, $n) = (0, 0);
	for ($text =~ /[(),]/g) {
		return $n if $_ eq ')' && $depth == 0;
		$depth += $_ eq '(' ? 1 : $_ eq ')' ? -1 : 0;
		$n++ if $_ eq ',' && $depth == 0;
	}
	return $n;
}

# How many arguments stand at the beginning of the text; undef where there are none.
sub count_args {
	my ($text) = @_;
	return 0 if $text =~ /\A\s*,\s*NO_ARGS\b/;
	$text =~ /\A\s*,\s*ARGS\((.*)/s or return;
	my $list = $1;
	my $n = commas($list) + 1;
	$list =~ /\A\s*(\w+_ARGS)\(/ and $n += $macro{$1} - 1;
	return $n;
}

# A name that is passed on, to a function of the same file or in a field or list: finds the calls that
# use it, with their arguments.
sub handed_on {
	my ($text, $before) = @_;
	my @found;
	my $keep = sub { my $n = count_args($_[0]); push @found, $n if defined $n };
	if ($before =~ /(\w+)\(((?:[^()"]|"[^"]*")*)\z/ && $text =~ /^static [^;{]*\b\Q$1\E\(([^;{]*)\)\s*\{(.*?)^\}/ms) {
		my ($params, $body) = ($1, $2);
		$before =~ /\(((?:[^()"]|"[^"]*")*)\z/;
		my ($name) = (split /,/, $params)[$1 =~ tr/,//] =~ /(\w+)\s*\z/;
		$keep->($1) while $body =~ /\b$name(?=(\s*,.*))/sg;
	} elsif ($before =~ /\.(\w+) = \z/ || $before =~ /(\w+)\[\] = \{[^;}]*\z/) {
		my $name = $1;
		for (values %source) {
			$keep->($1) while /\b$name(?:\[\w+\])?(?=(\s*,.*))/sg;
		}
	}
	return @found;
}

@faults = ();
my %counted;
for my $file (sort keys %source) {
	my $text = $source{$file};
	while ($text =~ /"(\w+)"(?=((?:\s*:\s*"\w+")*)(.*))/sg) {
		my ($name, $after, $before) = ($1, $3, substr($text, 0, $-[0]));
		my $n = count_args($after);
		push @faults, "$file: $name is not in sql/queries" if defined $n && !$where{$name};
		next unless $where{$name};
		# A query of a session has arguments before its own: session_query(db, conf, token, ...).
		$n += $macro{SESSION_ARGS} if defined $n && $before =~ /\btoken,\s*\z/;
		for (defined $n ? $n : handed_on($text, $before)) {
			$counted{$name} = 1;
			push @faults, "$file: $name has $highest{$name} parameters, $_ arguments are given"
				if $_ != $highest{$name};
		}
	}
	while ($text =~ /\bcopy_\w+\([^,"]+,\s*"(\w+)"/g) {
		push @faults, "$file: $1 is not in sql/queries" unless $where{$1};
	}
}
push @faults, map { "$where{$_}: nothing is known of the arguments of $_" }
	grep { $highest{$_} > 0 && !$counted{$_} } sort keys %where;
check('each query that is called exists, and gets as many arguments as it has parameters', @faults);

check('each file of sql/ says in its first line what it is for',
	grep { slurp($_) !~ /\A-- \S.{10,}/ } tree(qr/\.sql$/, 'sql'));

my %column = map { ($_->{name} => 1, lc($_->{resource}) . '.*' => 1) } fields();
@faults = ();
for my $folder (map { ("$_/resolve", "$_/check", "$_/apply") } map { "sql/$_" } qw(shared import update)) {
	my @rules = tree(qr/\.sql$/, $folder);
	push @faults, "$folder: no rules" unless @rules;
	for my $file (@rules) {
		push @faults, "$file: NN_name.sql" if $file !~ m{/\d\d_[a-z_]+\.sql$};
		lines($file, slurp($file), sub {
			my ($at, $text) = @_;
			push @faults, map { "$at: $_ is no column" } grep { !$column{$_} } split ' ', $1
				if $text =~ /^-- (?:without )?columns: (.*)/;
		});
	}
}
check('each rule is NN_name.sql, for columns that there are', @faults);

chomp(my @stale = `cgi/csv/generate.pl --check`);
check('lists of columns are what `make generate` makes of fields.def', @stale);

my (%seen, @numbers);
for (tree(qr/\.sql$/, 'sql/migrations')) {
	push @numbers, $_ unless m{/\d{4}_[a-z_]+\.sql$};
	push @numbers, "$_ and $seen{$1}" if m{/(\d{4})_} && $seen{$1};
	$seen{$1} = $_ if m{/(\d{4})_};
}
check('migrations are NNNN_name.sql, each number once', @numbers);

done();
