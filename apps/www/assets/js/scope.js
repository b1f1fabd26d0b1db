// What a delegation allows, in words.

const WORDS = {
  "profile.update": "Change your profile: name, text, pictures, links",
  "profile.follow": "Follow people",
  "profile.unfollow": "Stop following people",
  "events.checkin": "Check people in at your event's door",
};

export function words(scope) {
  if (WORDS[scope]) return WORDS[scope];
  const [service, verb] = scope.split(/\.(.*)/);
  return verb === "*" ? `Everything in “${service}”` : `“${verb.replaceAll(".", " ")}” in “${service}”`;
}
