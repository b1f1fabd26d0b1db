use super::*;

fn database(pages: &[u8]) -> Vec<u8> {
    let mut image: Vec<u8> = pages.iter().flat_map(|page| vec![*page; 512]).collect();
    image[16..18].copy_from_slice(&512_u16.to_be_bytes());
    image
}

#[test]
fn a_change_is_the_pages_that_became_others() {
    let before = database(&[1, 2, 3]);
    for after in
        [database(&[1, 2, 3]), database(&[1, 9, 3]), database(&[1, 2]), database(&[7, 2, 3, 4, 5])]
    {
        let change = changed(&before, &after).unwrap();
        let pages = before.chunks(512).zip(after.chunks(512));
        let others =
            pages.filter(|(a, b)| a != b).count() + after.len().saturating_sub(before.len()) / 512;
        assert_eq!(change.len(), 8 + others * 516);
        let mut image = before.clone();
        apply(&mut image, &change).unwrap();
        assert!(image == after);
    }
    assert!(changed(&[], &[0; 100]).is_err());
    assert!(apply(&mut before.clone(), &[1, 2, 3]).is_none());
    let beyond =
        [&512_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), &1_u32.to_le_bytes(), &[0; 512]]
            .concat();
    assert!(apply(&mut before.clone(), &beyond).is_none());
}
