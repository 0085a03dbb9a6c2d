# csv/fields.def and csv/types.def for the scripts: fields() gives the columns in the order
# of the table, each a hash with the names that the table's head gives to its values, and
#
#   table, kept  where it is kept: a table and its column
#   same         it is kept there as it is, and files may set it
#   sql          its type in the database
#   default      what an empty cell means, as SQL; undef for null and what is drawn
#   word, values, list, secret  of its type
package Fields;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(fields);

# The lines KIND(...) of a table, each as a list of its values.
sub lines_of {
	my ($file, $kind) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	return map {
		[map { /^"(.*)"$/ ? $1 =~ s/\\(.)/$1/gr : $_ } $_ =~ /\s*("(?:[^"\\]|\\.)*"|[^,]*[^,\s])\s*,?/g]
	} map { /^$kind\((.*)\)$/ ? $1 : () } <$in>;
}

sub default_of {
	my ($field) = @_;
	my $empty = $field->{empty};
	return undef if $field->{required} =~ /^(UPDATE|NEVER|ALWAYS)$/ || $empty =~ /^(|null|generated|selected tenant)$/;
	return $field->{sql} eq 'boolean' ? ($empty ? 'true' : 'false') : $field->{sql} eq 'int' ? $empty : "'$empty'";
}

sub fields {
	my (%type, @fields);
	for (lines_of('cgi/csv/types.def', 'TYPE')) {
		my %row;
		@row{qw(name check traits sql word values expected)} = @$_;
		$type{$row{name}} = \%row;
	}
	for (lines_of('cgi/csv/fields.def', 'FIELD')) {
		my %field;
		@field{qw(name resource type low high required empty update_empty unique exported old kept)} = @$_;
		my $type = $type{$field{type}} or die "fields.def: $field{name} has the unknown type $field{type}\n";
		@field{qw(table kept)} = split /\./, $field{kept};
		defined $field{kept} or die "fields.def: $field{name} is kept nowhere\n";
		@field{qw(sql word values)} = @$type{qw(sql word values)};
		$field{list} = $type->{traits} =~ /LIST/;
		$field{secret} = $type->{traits} =~ /SECRET/;
		$field{same} = !$field{list} && $field{type} !~ /^(NAME|PASSWORD)$/ && $field{kept} ne 'tenant_id'
			&& $field{required} !~ /^(UPDATE|NEVER)$/;
		$field{default} = default_of(\%field);
		push @fields, \%field;
	}
	return @fields;
}

1;
