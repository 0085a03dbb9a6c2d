# No circle among the files of cgi/: a file that needs another is not needed by it, not even
# by way of others.  What a file needs is what the linker knows: the functions and tables
# that its object file uses and that others define.
use strict;
use warnings;
use lib 'tests/lint';
use Lint;

my $build = $ENV{BUILD} // 'build';
my (%defined_in, %uses);

for my $source (tree(qr/\.c$/, 'cgi')) {
	my $object = "$build/" . $source =~ s/\.c$/.o/r;
	open my $nm, '-|', 'nm', '--extern-only', $object or die "nm: $!";
	while (<$nm>) {
		my ($kind, $name) = /([A-Za-z]) (\S+)$/ or next;
		$kind eq 'U' ? push @{ $uses{$source} }, $name : ($defined_in{$name} = $source);
	}
	close $nm or die "$object is not built";
}

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
done();
