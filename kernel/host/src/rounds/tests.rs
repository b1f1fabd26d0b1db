use super::*;

#[test]
fn pauses_double_up_to_the_longest_and_begin_anew() {
    struct Paused;
    impl Rounds for Paused {
        const NAME: &'static str = "a test";
        const EVERY: Duration = Duration::from_secs(1);
        const PAUSES: Option<Backoff> =
            Some(Backoff::new(Duration::from_secs(2), Duration::from_secs(300)));

        async fn round(&mut self, _: &Node) -> Result<(), Problem> {
            Ok(())
        }
    }
    let (plan, mut failing) = (Work::plan(&Paused), Failing::default());
    let failed = || Err(Problem::conflict("not now"));
    let mut pauses = Vec::new();
    for _ in 0..100 {
        pauses.push(failing.note(&plan, failed()).as_secs());
    }
    assert_eq!(pauses[..9], [2, 4, 8, 16, 32, 64, 128, 256, 300]);
    assert_eq!(pauses[99], 300);
    assert_eq!(failing.note(&plan, Ok(())), Paused::EVERY);
    assert_eq!(failing.note(&plan, failed()).as_secs(), 2);
}
