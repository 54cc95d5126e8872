#if !hasFeature(Embedded)
  /// `swift build` on a host builds every target. The image is none of the host's: say where it belongs.
  @main
  struct HostEntry {
    static func main() {
      print("bench-image runs at EL2 of an AArch64 machine: scripts/bench decode")
    }
  }
#endif
