internal import Foundation

/// Firmware that starts in flash, at its first byte: what UEFI's builds make for `-bios` or the first flash of a
/// machine.
public enum FirmwareImage {
  /// Whether a file that begins with `bytes` is one: it has the header of a firmware volume near its beginning
  /// (UEFI Platform Initialization 1.7, volume 3, EFI_FIRMWARE_VOLUME_HEADER), before which there may be a page for
  /// the first instructions.
  static func isFirmware(_ bytes: [UInt8]) -> Bool {
    [0, 0x1000].contains { start in
      let signature = start + 40
      return bytes.count >= signature + 4
        && bytes[signature..<signature + 4].elementsEqual("_FVH".utf8)
    }
  }

  /// Whether the file at `path` is firmware. A file that can't be read isn't.
  public static func isFirmware(at path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    return isFirmware(Array((try? file.read(upToCount: 0x2000)) ?? Data()))
  }
}
