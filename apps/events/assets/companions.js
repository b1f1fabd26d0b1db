// The names of companions on free tickets.

/** Returns the names in a field, which has commas between them; none without the field. */
export function namesIn(field) {
  const names = (field?.value ?? "").split(",").map((name) => name.trim());
  return names.filter((name) => name);
}
