#if hasFeature(Embedded)
internal import ArmVCpu
@main struct Image { static func main() { while f(3) == 4 {} } }
#endif
