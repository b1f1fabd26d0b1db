//! A person's rights over their data: count, export, import, delete, transfer.
