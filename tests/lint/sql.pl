# sql/ and the calls from C agree: a query has one name, each name is used, each
# name that is called exists; a rule says itself in English.
use strict;
use warnings;
use lib 'tests/lint';
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

@faults = ();
for my $file (tree(qr/\.c$/, 'cgi')) {
	lines($file, slurp($file), sub {
		my ($at, $text) = @_;
		while ($text =~ /\b(?:db_(?:query|query_bytes|each)|copy_(?:out_)?begin)\([^,"]+,\s*"([^"]+)"/g) {
			push @faults, "$at: $1" unless $where{$1};
		}
	});
}
check('each query that is called exists', @faults);

check('each file of sql/ says in its first line what it is for',
	grep { slurp($_) !~ /\A-- \S.{10,}/ } tree(qr/\.sql$/, 'sql'));

my %column = map { $_ => 1 } slurp('cgi/csv/fields.def') =~ /^FIELD\((\w+),/mg;
@faults = ();
for my $folder (map { ("$_/check", "$_/apply") } map { "sql/$_" } qw(shared import update)) {
	my @rules = tree(qr/\.sql$/, $folder);
	push @faults, "$folder: no rules" unless @rules;
	for my $file (@rules) {
		push @faults, "$file: NN_name.sql" if $file !~ m{/\d\d_[a-z_]+\.sql$};
		lines($file, slurp($file), sub {
			my ($at, $text) = @_;
			push @faults, map { "$at: $_ is no column" } grep { !$column{$_} } split ' ', $1
				if $text =~ /^-- columns: (.*)/;
		});
	}
}
check('each rule is NN_name.sql, for columns that there are', @faults);

my (%seen, @numbers);
for (tree(qr/\.sql$/, 'sql/migrations')) {
	push @numbers, $_ unless m{/\d{4}_[a-z_]+\.sql$};
	push @numbers, "$_ and $seen{$1}" if m{/(\d{4})_} && $seen{$1};
	$seen{$1} = $_ if m{/(\d{4})_};
}
check('migrations are NNNN_name.sql, each number once', @numbers);

done();
