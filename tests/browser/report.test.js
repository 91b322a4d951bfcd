// What a report of an unknown error leaves of a text: the error, and nothing that tells who or opens a door.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked } from '../../templates/assets/search/report.js';

const cases = {
  'gateway closed (1008): pairing required': 'gateway closed (1008): pairing required',
  'frobnicator at 10.2.3.4:80 failed for bob@corp.example': 'frobnicator at <address> failed for <email>',
  'reason="token mismatch" code=4008, compass: north': 'reason="token mismatch" code=4008, compass: north',
  'docker run -p 8080:80 task-runner-abcdefgh': 'docker run -p 8080:80 task-runner-abcdefgh',
  'key AKIAIOSFODNN7EXAMPLE, glpat-abcdefghij0123456789': 'key <token>, <token>',
  'xoxb-123-456-abcdef sk-abc123DEF456ghi789 eyJhbGciOiJIUzI1NiJ9.e30.x': '<token> <token> <token>',
  'mysql --password hunter2 -phunter2 -h db; curl -u bob:hunter2 x': 'mysql --password <secret> -p<secret> -h db; curl -u <secret> x',
  '密码：hunter2 口令=hunter2 api key: hunter2': '密码：<secret> 口令=<secret> api key: <secret>',
  'Cookie: sid=a; csrf=b; u=bob': 'Cookie: <secret>',
  '{"cookie": "sid=a; u=bob", "level": "error"}': '{"cookie": <secret>, "level": "error"}',
  '"password": "a b hunter2", pass=\'c d\'': '"password": <secret>, pass=<secret>',
  'Authorization: Basic aHVudGVyMg==': 'Authorization: <secret>',
  'psql postgres://bob:hunter2@db.corp.internal/x': 'psql postgres://<user>@<host>/x',
};

test('masks what tells who and what opens a door', () => {
  for (const [text, left] of Object.entries(cases)) assert.equal(masked(text), left);
});
