#if !hasFeature(Embedded)
@main struct Main { static func main() { print("not here") } }
#endif
