import assert from "node:assert/strict";
import fc from "fast-check";
import { deriveKey, type Key, Stream, type WordSource } from "../../src/random/stream.ts";
import { threefry4x32 } from "../../src/random/threefry.ts";

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const key: fc.Arbitrary<Key> = fc.tuple(word, word, word, word);
const place = fc.tuple(word, word, word);

/** Eight words in hexadecimal, for literals that can be read. */
function hex(words: Iterable<number>): string {
  return [...words].map((word) => word.toString(16).padStart(8, "0")).join(" ");
}

function take(place: WordSource, count: number): number[] {
  return Array.from({ length: count }, () => place.nextUint32());
}

// ---- threefry4x32 ----

/** Random123's `kat_vectors`, lines `threefry4x32 20`. */
const THREEFRY_ANSWERS: readonly (readonly [counter: Key, key: Key, answer: string])[] = [
  [[0, 0, 0, 0], [0, 0, 0, 0], "9c6ca96a e17eae66 fc10ecd4 5256a7d8"],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    "2a881696 57012287 f6c7446e a16a6732",
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
    "59cd1dbb b8879579 86b5d00c ac8b6d84",
  ],
];

for (const [counter, key, answer] of THREEFRY_ANSWERS) {
  Deno.test(`threefry4x32() returns ${answer} as Random123 does`, () => {
    const out = new Uint32Array(4);
    threefry4x32(out, ...counter, ...key);
    assert.equal(hex(out), answer);
  });
}

Deno.test("threefry4x32() takes its arguments modulo 2^32", () => {
  fc.assert(fc.property(key, key, (counter, key) => {
    const [unsigned, signed] = [new Uint32Array(4), new Uint32Array(4)];
    threefry4x32(unsigned, ...counter, ...key);
    const [c0, c1, c2, c3, k0, k1, k2, k3] = [...counter, ...key].map((word) => word | 0) as [...Key, ...Key];
    threefry4x32(signed, c0, c1, c2, c3, k0, k1, k2, k3);
    assert.deepEqual(signed, unsigned);
  }));
});

// ---- deriveKey ----

Deno.test("deriveKey() differs by seed, purpose and version", () => {
  const arguments_ = fc.tuple(fc.maxSafeNat(), fc.string(), fc.nat());
  fc.assert(fc.property(arguments_, arguments_, (one, other) => {
    const same = one.every((value, at) => value === other[at]);
    assert.equal(hex(deriveKey(...one)) === hex(deriveKey(...other)), same);
  }));
});

Deno.test("deriveKey() tells neighbouring seeds apart, from the least to the greatest", () => {
  const seeds = [0, 2 ** 31, 2 ** 32, 2 ** 53 - 2000].flatMap((from) =>
    Array.from({ length: 2000 }, (_, n) => from + n)
  );
  assert.equal(new Set(seeds.map((seed) => hex(deriveKey(seed, "test", 1)))).size, seeds.length);
});

Deno.test("deriveKey() tells apart purposes of the same letters", () => {
  const purposes = ["", "a", "b", "ab", "ba", "aab", "aba", "baa", "a\0", "\0a"];
  assert.equal(new Set(purposes.map((purpose) => hex(deriveKey(42, purpose, 1)))).size, purposes.length);
});

// ---- Stream ----

Deno.test("Stream gives a place the same words whatever was asked before", () => {
  const visits = fc.array(fc.tuple(place, fc.nat(12)), { maxLength: 20 });
  fc.assert(fc.property(key, visits, (key, visits) => {
    const stream = new Stream(key);
    for (const [place, count] of visits) {
      assert.deepEqual(take(stream.at(...place), count), take(new Stream(key).at(...place), count));
    }
  }));
});

Deno.test("Place gives its words however many other places of the stream are drawn from in between", () => {
  const turns = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(key, fc.array(place, { minLength: 4, maxLength: 4 }), turns, (key, places, turns) => {
    const stream = new Stream(key);
    const held = places.map((place) => stream.at(...place));
    const alone = places.map((place) => new Stream(key).at(...place));
    for (const [which, count] of turns) assert.deepEqual(take(held[which]!, count), take(alone[which]!, count));
  }));
});

Deno.test("Place goes on where its holder left it, though the same place was taken again", () => {
  const stream = new Stream(deriveKey(42, "test", 1));
  const words = take(stream.at(1, 2, 3), 8);
  const held = stream.at(1, 2, 3);
  const before = take(held, 3);
  assert.deepEqual(take(stream.at(1, 2, 3), 6), words.slice(0, 6));
  assert.deepEqual([...before, ...take(held, 5)], words);
});

Deno.test("Stream differs from place to place and from key to key", () => {
  fc.assert(fc.property(key, key, place, place, (key, otherKey, place, otherPlace) => {
    const words = hex(take(new Stream(key).at(...place), 4));
    assert.equal(hex(take(new Stream(key).at(...otherPlace), 4)) === words, hex(place) === hex(otherPlace));
    assert.equal(hex(take(new Stream(otherKey).at(...place), 4)) === words, hex(key) === hex(otherKey));
  }));
});

Deno.test("Stream repeats no word pair among neighbouring places", () => {
  const stream = new Stream(deriveKey(42, "test", 1));
  const seen = new Set<number>();
  for (let group = 0; group < 10; group++) {
    for (let index = 0; index < 100; index++) {
      for (let ordinal = 0; ordinal < 20; ordinal++) {
        const place = stream.at(group, index, ordinal);
        for (let pair = 0; pair < 4; pair++) seen.add(place.nextUint32() * 2 ** 21 + (place.nextUint32() >>> 11));
      }
    }
  }
  assert.equal(seen.size, 10 * 100 * 20 * 4);
});

Deno.test("Stream has as many ones as zeros in every bit, along a stream and across places", () => {
  const stream = new Stream(deriveKey(42, "test", 1));
  const along = take(stream.at(1, 2, 3), 20_000);
  const across = Array.from({ length: 20_000 }, (_, index) => stream.at(1, index).nextUint32());
  for (const words of [along, across]) {
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.reduce((sum, word) => sum + ((word >>> bit) & 1), 0);
      assert.ok(Math.abs(ones - 10_000) < 4 * 70.7, `bit ${bit}: ${ones} ones of 20000`); // 70.7: standard deviation
    }
  }
});

// ---- snapshots ----

Deno.test("deriveKey() keeps its keys: a change is a new data version", () => {
  assert.equal(hex(deriveKey(42, "test", 1)), "624048dc 70eaa757 12a506b6 59a22ab5");
  assert.equal(hex(deriveKey(2 ** 53 - 1, "customer", 2)), "ee90e12f 55371464 c0e9781f 4dfb0cf9");
});

Deno.test("Stream keeps its words: a change is a new data version", () => {
  const stream = new Stream(deriveKey(42, "test", 1));
  assert.equal(
    hex(take(stream.at(1, 2, 3), 8)),
    "0783474a d9926e4a ba06d38d 1e58ea1a 127ab149 016c9f36 c5d01667 0c5e36f0",
  );
  assert.equal(
    hex(take(stream.at(0, 0), 8)),
    "98aa2584 8d231cd1 e1f7e390 31925e81 a1f9cc63 1214d8fe f63d5704 dfefbe93",
  );
  assert.equal(
    hex(take(stream.at(63, 99_999_999, 2 ** 31 - 1), 8)),
    "d7131c61 43f642a8 dbc27045 5f043b4b 8b9f391e 4760d125 eea42a99 ac85eb59",
  );
});
