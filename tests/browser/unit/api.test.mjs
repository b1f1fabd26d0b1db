// The meaning of the box's answer for the same request later.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../apps/www/shared/js/api.js";

test("what waits outlives an ended session and a busy box, and no refusal", () => {
  const isPassing = (status) => new ApiError(status, {}).isPassing;
  for (const status of [401, 408, 429, 500, 503, 507]) assert.ok(isPassing(status), String(status));
  for (const status of [400, 402, 403, 404, 409, 410, 413]) assert.ok(!isPassing(status), String(status));
});
