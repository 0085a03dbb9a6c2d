# The files of cgi/ have no circle: if a file needs another, that one does not need it, not even
# through others.  And each function that a file exports is used by another file.
#
# The object files say what a file needs: the functions and tables that it uses and others define.
use strict;
use warnings;
use lib 'tests/lint';
use Lint;

my $build = $ENV{BUILD} // 'build';
my (%defined_in, %uses);

my %source_of = map { ("$build/" . s/\.c$/.o/r) => $_ } tree(qr/\.c$/, 'cgi');
# One process for all: its start takes longer than a file.
open my $nm, '-|', 'nm', '--print-file-name', '--extern-only', sort keys %source_of or die "nm: $!";
while (<$nm>) {
	my ($object, $kind, $name) = /^([^:]+):.*([A-Za-z]) (\S+)$/ or next;
	my $source = $source_of{$object};
	$kind eq 'U' ? push @{ $uses{$source} }, $name : ($defined_in{$name} = $source);
}
close $nm or die "not all of cgi/ is built";

my %needs;
for my $file (keys %uses) {
	my %others = map { $_ => 1 } grep { $_ ne $file } map { $defined_in{$_} // () } @{ $uses{$file} };
	$needs{$file} = [sort keys %others];
}

# Depth first.  A file on the way that is met again closes a circle.
my (%done, @way, @circles);
sub visit {
	my ($file) = @_;
	return if $done{$file};
	my ($at) = grep { $way[$_] eq $file } 0 .. $#way;
	if (defined $at) {
		push @circles, join(' -> ', @way[$at .. $#way], $file);
		return;
	}
	push @way, $file;
	visit($_) for @{ $needs{$file} // [] };
	pop @way;
	$done{$file} = 1;
}
visit($_) for sort keys %needs;

check('no circle among the files of cgi/', @circles);

# Functions that only tests call are named in the tests.
my %used;
for my $file (keys %uses) {
	$used{$_} = 1 for grep { ($defined_in{$_} // '') ne $file } @{ $uses{$file} };
}
my $tests = join '', map { slurp($_) } tree(qr/\.[ch]$/, 'tests/unit', 'tests/fuzz');
check('each function and table of a header is used by another file',
	map { "$defined_in{$_}: $_" } grep { $_ ne 'main' && !$used{$_} && $tests !~ /\b$_\b/ } sort keys %defined_in);
done();
