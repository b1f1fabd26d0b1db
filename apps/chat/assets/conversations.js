// The list of all conversations of the person, as the box has them.

import { get } from "../js/api.js";

const PAGE = 100;

/** All conversations as `/chat/api/conversations` describes them, page after page. */
export async function listConversations() {
  const all = [];
  for (let more = true; more; ) {
    const page = await get(`/chat/api/conversations?limit=${PAGE}&offset=${all.length}`).catch((error) => {
      // A box without chat has no conversations.
      if (error.status === 404) return { conversations: [], hasMore: false };
      throw error;
    });
    all.push(...page.conversations);
    more = page.hasMore && page.conversations.length > 0;
  }
  return all;
}
