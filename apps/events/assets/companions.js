// The names of companions on free tickets.

/** What people put between names: a comma, or a word or sign for “and”. */
const BETWEEN = /[,;&+]|\s(?:and|und)\s/iu;

/** Returns the names in a field; none without the field. */
export function namesIn(field) {
  const names = (field?.value ?? "").split(BETWEEN).map((name) => name.trim());
  return names.filter((name) => name);
}
