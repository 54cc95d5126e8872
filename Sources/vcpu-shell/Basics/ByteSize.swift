/// A number of bytes in the largest unit that says it exactly: `2 MiB`, `2052 KiB`, `1 byte`.
func byteSize(_ byteCount: UInt64) -> String {
  guard byteCount != 0 else { return "0 bytes" }
  let units = [byteCount == 1 ? "byte" : "bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
  let index = min(byteCount.trailingZeroBitCount / 10, units.count - 1)
  return "\(byteCount >> UInt64(index * 10)) \(units[index])"
}
