// Faults are collected, so that one run tells them all.

import assert from 'node:assert/strict';

/** Fails with every fault, a line each. */
export function none(faults) {
  assert.ok(faults.length === 0, `${faults.length} faults:\n${faults.join('\n')}`);
}
