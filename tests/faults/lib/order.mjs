// The phases of a job in their order, with what comes before the first.
export const order = ['storing', 'waiting', 'reading', 'checking', 'hashing', 'judging', 'planning', 'comparing', 'applying', 'finishing'];
