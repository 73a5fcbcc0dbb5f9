import assert from "node:assert/strict";
import fc from "fast-check";
import { IdCodec, type IdParts } from "../../src/random/id.ts";
import { mix, Permutation } from "../../src/random/permutation.ts";
import { Speck64 } from "../../src/random/speck.ts";
import { deriveKey, type Key } from "../../src/random/stream.ts";

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const key: fc.Arbitrary<Key> = fc.tuple(word, word, word, word);

// ---- Speck64 ----

Deno.test("Speck64 enciphers the test vector of its paper to 8c6fa548 454e028b", () => {
  const cipher = new Speck64([0x1b1a1918, 0x13121110, 0x0b0a0908, 0x03020100]);
  cipher.encrypt(0x3b726574, 0x7475432d);
  assert.deepEqual([cipher.high >>> 0, cipher.low >>> 0], [0x8c6fa548, 0x454e028b]);
  cipher.decrypt(0x8c6fa548, 0x454e028b);
  assert.deepEqual([cipher.high >>> 0, cipher.low >>> 0], [0x3b726574, 0x7475432d]);
});

Deno.test("Speck64 deciphers what it enciphered", () => {
  fc.assert(fc.property(key, word, word, (key, high, low) => {
    const cipher = new Speck64(key);
    cipher.encrypt(high, low);
    cipher.decrypt(cipher.high, cipher.low);
    assert.deepEqual([cipher.high >>> 0, cipher.low >>> 0], [high, low]);
  }));
});

// ---- Permutation ----

Deno.test("Permutation is a bijection of every small domain", () => {
  const side = fc.integer({ min: 2, max: 40 });
  fc.assert(fc.property(key, side, side, (key, left, right) => {
    const permutation = new Permutation(key, left, right);
    const images = new Set<number>();
    for (let value = 0; value < left * right; value++) {
      const image = permutation.permute(value);
      assert.ok(Number.isInteger(image) && image >= 0 && image < left * right);
      assert.equal(permutation.invert(image), value);
      images.add(image);
    }
    assert.equal(images.size, left * right);
  }));
});

for (const side of [10_000, 100_000, 2 ** 24]) {
  Deno.test(`Permutation inverts itself on ${side} x ${side} values`, () => {
    fc.assert(fc.property(key, fc.integer({ min: 0, max: side * side - 1 }), (key, value) => {
      const permutation = new Permutation(key, side, side);
      const image = permutation.permute(value);
      assert.ok(Number.isInteger(image) && image >= 0 && image < side * side);
      assert.equal(permutation.invert(image), value);
      assert.equal(permutation.permute(permutation.invert(value)), value);
    }));
  });
}

Deno.test("Permutation gives 1,000,000 neighbours distinct images, evenly spread", () => {
  const permutation = new Permutation(deriveKey(42, "test", 1), 10_000, 10_000);
  const seen = new Uint8Array(10 ** 8 / 8);
  const perHundredth = new Array<number>(100).fill(0);
  let distinct = 0;
  for (let value = 0; value < 1_000_000; value++) {
    const image = permutation.permute(value);
    const bit = 1 << (image & 7);
    if ((seen[image >>> 3]! & bit) === 0) distinct++;
    seen[image >>> 3]! |= bit;
    perHundredth[Math.floor(image / 10 ** 6)]!++;
  }
  assert.equal(distinct, 1_000_000);
  for (const count of perHundredth) assert.ok(Math.abs(count - 10_000) < 4 * 100, `${count} images`); // 100: sigma
});

Deno.test("Permutation differs by each word of its key", () => {
  const first = new Permutation([1, 2, 3, 4], 10_000, 10_000);
  for (const key of [[0, 2, 3, 4], [1, 0, 3, 4], [1, 2, 0, 4], [1, 2, 3, 0]] as const) {
    const other = new Permutation(key, 10_000, 10_000);
    const same = Array.from({ length: 1000 }, (_, value) => value)
      .filter((value) => first.permute(value) === other.permute(value));
    assert.ok(same.length <= 2, `${same.length} of 1000 images are the same under ${key}`);
  }
});

Deno.test("mix() returns what MurmurHash3's finalizer does", () => {
  assert.equal(mix(0), 0);
  assert.equal(mix(1) >>> 0, 0x514e28b7);
  assert.equal(mix(0xffffffff) >>> 0, 0x81f16f39);
});

// ---- IdCodec ----

const codec = new IdCodec(deriveKey(42, "id", 1), deriveKey(42, "id seal", 1));
const parts: fc.Arbitrary<IdParts> = fc.record({
  entity: fc.integer({ min: 0, max: 63 }),
  customer: fc.integer({ min: 0, max: 2 ** 27 - 1 }),
  ordinal: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
}, { noNullPrototype: true });

function idOf({ entity, customer, ordinal }: IdParts): string {
  return codec.encode(entity, customer, ordinal);
}

Deno.test("IdCodec decodes what it encoded", () => {
  fc.assert(fc.property(parts, (parts) => assert.deepEqual(codec.decode(idOf(parts)), parts)));
});

Deno.test("IdCodec decodes the ends of every range", () => {
  for (const entity of [0, 1, 31, 32, 63]) {
    for (const customer of [0, 1, 2 ** 26 - 1, 2 ** 26, 89_999_999, 2 ** 27 - 1]) {
      for (const ordinal of [0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1]) {
        assert.deepEqual(codec.decode(codec.encode(entity, customer, ordinal)), { entity, customer, ordinal });
      }
    }
  }
});

Deno.test("IdCodec encodes in the layout of UUID version 4", () => {
  fc.assert(fc.property(parts, (parts) => {
    assert.match(idOf(parts), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }));
});

Deno.test("IdCodec leaves none of an id's free bits fixed", () => {
  let ones = 0n;
  let zeros = 0n;
  for (let customer = 0; customer < 200; customer++) {
    const bits = BigInt("0x" + codec.encode(1, customer, 0).replaceAll("-", ""));
    ones |= bits;
    zeros |= ~bits;
  }
  const fixed = ~(ones & zeros) & (2n ** 128n - 1n);
  assert.equal(fixed, 0xf000_c000_0000_0000_0000n, "bits other than version and variant never change");
});

Deno.test("IdCodec does not decode an id that another key or another program made", () => {
  const other = new IdCodec(deriveKey(43, "id", 1), deriveKey(43, "id seal", 1));
  const unsealed = new IdCodec(deriveKey(42, "id", 1), deriveKey(43, "id seal", 1));
  fc.assert(fc.property(parts, ({ entity, customer, ordinal }) => {
    assert.equal(codec.decode(other.encode(entity, customer, ordinal)), undefined);
    assert.equal(codec.decode(unsealed.encode(entity, customer, ordinal)), undefined);
    assert.equal(codec.decode(crypto.randomUUID()), undefined);
  }));
});

Deno.test("IdCodec does not decode an id with one digit changed", () => {
  fc.assert(fc.property(parts, fc.nat(35), fc.integer({ min: 1, max: 15 }), (parts, at, shift) => {
    const id = idOf(parts);
    if (id[at] === "-") return;
    const digit = (parseInt(id[at]!, 16) ^ shift).toString(16);
    assert.equal(codec.decode(id.slice(0, at) + digit + id.slice(at + 1)), undefined);
  }));
});

Deno.test("IdCodec does not decode other text", () => {
  const id = codec.encode(1, 2, 3);
  for (const text of ["", "no id", id.slice(1), `${id}0`, ` ${id}`, `${id}\n`, id.replaceAll("-", ""), `{${id}}`]) {
    assert.equal(codec.decode(text), undefined, JSON.stringify(text));
  }
});

Deno.test("IdCodec gives 1,000,000 records distinct ids", () => {
  const ids = new Set<string>();
  for (let customer = 0; customer < 10_000; customer++) {
    for (let entity = 0; entity < 10; entity++) {
      for (let ordinal = 0; ordinal < 10; ordinal++) ids.add(codec.encode(entity, customer, ordinal));
    }
  }
  assert.equal(ids.size, 1_000_000);
});

// ---- snapshots ----

Deno.test("Permutation keeps its images: a change is a new data version", () => {
  const key = deriveKey(42, "test", 1);
  const images = [[10_000, 10_000], [100_000, 100_000], [7, 3]].map(([left, right]) => {
    const permutation = new Permutation(key, left!, right!);
    return [0, 1, 2, 20].map((value) => permutation.permute(value));
  });
  assert.deepEqual(images, [
    [79_763_570, 20_391_736, 33_967_228, 35_531_586],
    [2_909_924_185, 4_205_770_132, 5_228_380_956, 2_507_933_366],
    [13, 14, 5, 17],
  ]);
});

Deno.test("IdCodec keeps its ids: a change is a new data version", () => {
  assert.equal(codec.encode(0, 0, 0), "4daa0896-3635-4a15-9851-b77d704c61f6");
  assert.equal(codec.encode(7, 1234, 56_789), "28da55ba-6d22-47a7-be7d-625933b06827");
  assert.equal(codec.encode(63, 2 ** 27 - 1, 2 ** 31 - 1), "0bef75fb-ad46-4f60-8d04-20ff42fa2be8");
});
