/**
 * The published files that hold librdkafka for each system: wheels of the Python package `confluent-kafka`, which
 * bring Confluent's own build with OpenSSL, zlib, zstd and curl inside (on Windows beside it).
 *
 * @module
 */

/** Version of the package whose wheels are used. */
export const PACKAGE_VERSION = "2.16.1";

/** Version of librdkafka in them. */
export const LIBRARY_VERSION = "2.16.0";

/** The systems for which there is a library, by Deno's names for targets of `deno compile`. */
export type Target =
  | "x86_64-unknown-linux-gnu"
  | "aarch64-unknown-linux-gnu"
  | "x86_64-apple-darwin"
  | "aarch64-apple-darwin"
  | "x86_64-pc-windows-msvc";

/** One wheel. */
export interface Wheel {
  /** What `pip download --platform` calls the system. */
  readonly platform: string;
  /** SHA-256 of the wheel for CPython 3.12, in hexadecimal. */
  readonly sha256: string;
  /** Folder of the wheel with the shared libraries. */
  readonly libraries: string;
  /** Name that the library gets. */
  readonly file: "librdkafka.so" | "librdkafka.dylib" | "librdkafka.dll";
}

/** The wheels, by target. */
export const WHEELS: Readonly<Record<Target, Wheel>> = {
  "x86_64-unknown-linux-gnu": {
    platform: "manylinux_2_28_x86_64",
    sha256: "fdb2c4d53e84e10f4e567f4e74bba45d0ce90276b81259c3fc58df6960caabf5",
    libraries: "confluent_kafka.libs/",
    file: "librdkafka.so",
  },
  "aarch64-unknown-linux-gnu": {
    platform: "manylinux_2_28_aarch64",
    sha256: "9deb0aa8920d567d09dd6258db6428f16ab9d229ee93aaf35a014aec771c2500",
    libraries: "confluent_kafka.libs/",
    file: "librdkafka.so",
  },
  "x86_64-apple-darwin": {
    platform: "macosx_10_9_x86_64",
    sha256: "11677c2318afe589135f87c3f0eda7d1960b5f9deafd341a17c157322fcc77f8",
    libraries: "confluent_kafka/.dylibs/",
    file: "librdkafka.dylib",
  },
  "aarch64-apple-darwin": {
    platform: "macosx_11_0_arm64",
    sha256: "ef8b8ea6b237aec595f5254b59a37e1cf5f0b7851b6739afa93ed0bb1c0be77f",
    libraries: "confluent_kafka/.dylibs/",
    file: "librdkafka.dylib",
  },
  "x86_64-pc-windows-msvc": {
    platform: "win_amd64",
    sha256: "5d61d8214453d31cceb438b9dfc03bdd078ceeeac742d970990dd2dfc398e4aa",
    libraries: "confluent_kafka.libs/",
    file: "librdkafka.dll",
  },
};
